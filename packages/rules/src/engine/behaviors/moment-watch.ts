import type { Trigger } from '@lookout/protocol';
import type { Journal } from '../events/journal.js';
import type { Scene } from '../scene/scene.js';
import type { SceneObject } from '../scene/scene-object.js';
import type { Visit } from '../scene/visit.js';
import { Matcher } from './matcher.js';
import type { Place } from './place.js';
import type { Watch } from './watch.js';

/** An entry can still fire this much later, ms, if the object's class becomes clear only then. */
const NEWS_MS = 2000;
/** An entry or a crossing can still fire this much later, ms, if the object is known to fulfil the rule's phrase only then. */
const PHRASE_NEWS_MS = 10_000;
/** Maximum number of crossings that wait for that. */
const MAX_WAITING = 256;

/** Something that happened at one moment, in steady time. */
interface Moment {
  readonly object: SceneObject;
  /** When it happened, which may be before it was detected. */
  readonly atMs: number;
  /** When it was detected; undefined: in this frame. */
  readonly foundMs?: number;
  readonly direction?: string;
}

export type MomentTrigger = Extract<Trigger, { behavior: 'enter' | 'leave' | 'cross' | 'removed' }>;

/** Fires at moments: an object enters, leaves, crosses or is removed. */
export class MomentWatch implements Watch {
  readonly #trigger: MomentTrigger;
  readonly #matcher: Matcher;
  readonly #place: Place;
  readonly #scene: Scene;
  readonly #journal: Journal;
  /** Per object key, serial of the last visit whose entry was handled. */
  readonly #noticed = new Map<number, number>();
  readonly #newsMs: number;
  /** Crossings by objects of the right class that do not fulfil the phrase yet. */
  #waiting: (Moment & { readonly foundMs: number })[] = [];

  constructor(trigger: MomentTrigger, place: Place, scene: Scene, journal: Journal) {
    this.#trigger = trigger;
    this.#matcher = new Matcher(trigger.subject);
    this.#newsMs = this.#matcher.hasPhrase ? PHRASE_NEWS_MS : NEWS_MS;
    this.#place = place;
    this.#scene = scene;
    this.#journal = journal;
  }

  update(frameTimestampMs: number, activeSinceMs: number | undefined): void {
    for (const { object, atMs, foundMs, direction } of this.#moments()) {
      if (activeSinceMs === undefined || !this.#matcher.matches(object)) continue;
      if (foundMs !== undefined && foundMs < activeSinceMs) continue;
      const firing = { objects: [object], startedMs: atMs, ...(direction !== undefined && { direction }) };
      this.#journal.fire(firing, frameTimestampMs, this.#place.names);
    }
  }

  #moments(): Moment[] {
    switch (this.#trigger.behavior) {
      case 'enter':
        return this.#entries();
      case 'leave':
        return this.#exits();
      case 'cross':
        return this.#crossings(this.#trigger.direction);
      case 'removed':
        return this.#removals();
    }
  }

  #entries(): Moment[] {
    const { objects, ended, dropped, nowMs } = this.#scene;
    for (const { key } of ended) this.#noticed.delete(key);
    for (const { key } of dropped) this.#noticed.delete(key);
    const entries: Moment[] = [];
    for (const object of objects) {
      const { serial, enteredMs, sinceMs } = object.visitOf(this.#place.zone);
      if (!(nowMs - enteredMs <= this.#newsMs) || this.#noticed.get(object.key) === serial) continue;
      if (!this.#matcher.matches(object)) continue;
      this.#noticed.set(object.key, serial);
      entries.push({ object, atMs: sinceMs, foundMs: enteredMs });
    }
    return entries;
  }

  #exits(): Moment[] {
    const { objects, ended, nowMs } = this.#scene;
    const exits: Moment[] = [];
    for (const some of [objects, ended]) {
      for (const object of some) {
        const { leftMs, wentOutMs } = object.visitOf(this.#place.zone);
        if (leftMs === nowMs) exits.push({ object, atMs: wentOutMs });
      }
    }
    return exits;
  }

  #crossings(wanted: 'any' | 'forward' | 'backward'): Moment[] {
    const line = this.#place.line;
    if (line === undefined) return [];
    const crossings: Moment[] = [];
    for (const object of this.#scene.seen) {
      const crossing = object.passages[line]?.crossing;
      if (!crossing || (wanted !== 'any' && crossing.direction !== wanted)) continue;
      crossings.push({ object, atMs: crossing.sinceMs, direction: crossing.direction });
    }
    return this.#matcher.hasPhrase ? this.#described(crossings) : crossings;
  }

  /** New and waiting crossings whose object now fulfils the phrase; the others wait. */
  #described(crossings: readonly Moment[]): Moment[] {
    const { nowMs } = this.#scene;
    const candidates = [
      ...this.#waiting.filter(({ foundMs }) => nowMs - foundMs <= PHRASE_NEWS_MS),
      ...crossings.map((crossing) => ({ ...crossing, foundMs: nowMs })),
    ];
    const isDescribed = ({ object }: Moment) => this.#matcher.matches(object);
    this.#waiting = candidates.filter((one) => !isDescribed(one) && this.#matcher.isOfClass(one.object));
    this.#waiting.splice(0, this.#waiting.length - MAX_WAITING);
    return candidates.filter(isDescribed);
  }

  #removals(): Moment[] {
    return this.#scene.removals.removed
      .filter(({ object, sinceMs }) => wasThere(object.visitOf(this.#place.zone), sinceMs))
      .map(({ object, sinceMs }) => ({ object, atMs: sinceMs }));
  }
}

/** Whether the visit was going on at this time. */
function wasThere({ isGoingOn, wentOutMs }: Visit, atMs: number): boolean {
  return isGoingOn || wentOutMs >= atMs;
}
