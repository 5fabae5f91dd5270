import type { Trigger } from '@lookout/protocol';
import type { Scene } from '../scene/scene.js';
import type { SceneObject } from '../scene/scene-object.js';
import type { ActiveRule, EventChange, EventObject, FiredEvent } from './event.js';
import { reasonOf } from './reason.js';

/** Maximum number of objects per event; further ones are not listed. */
const MAX_OBJECTS_PER_EVENT = 64;
/** Maximum number of open events per rule and camera; beyond it the oldest ends. */
const MAX_OPEN_EVENTS = 300;

/** What made a rule fire. Steady time. */
export interface Firing {
  readonly objects: readonly SceneObject[];
  readonly startedMs: number;
  readonly measured?: Readonly<Record<string, number>>;
  readonly direction?: string;
  /** Whose condition must end before the event ends, see `release`; absent: the event ends at once. */
  readonly holder?: Holder;
}

/** The key of an object, or `rule` for a condition of the rule as a whole. */
export type Holder = number | 'rule';

/** The state of an event. */
interface OpenEvent {
  readonly key: string;
  readonly createdMs: number;
  readonly startedMs: number;
  /** The same in frame time, fixed at creation, as the clock may be set back before the event ends. */
  readonly startedAtMs: number;
  readonly frameTimestampMs: number;
  readonly place: { zone?: string; line?: string; sides?: readonly [string, string] };
  direction: string | undefined;
  measured: Record<string, number>;
  readonly objects: EventObject[];
  /** The classes of the objects for which the condition held when it did for most of them at once; undefined: it does not last. */
  most: readonly string[] | undefined;
  /** The conditions that still hold, since when, and the class of the object that each is about. */
  readonly holders: Map<Holder, { readonly sinceMs: number; readonly className: string | undefined }>;
  endedMs: number | undefined;
  pending: 'created' | 'updated' | undefined;
  isEnding: boolean;
}

/** The events of one rule on one camera: applies the cooldown and ends events. */
export class Journal {
  readonly #state: { readonly active: ActiveRule };
  readonly #scene: Scene;
  #events: OpenEvent[] = [];
  #nextNumber = 1;

  /** @param state with the current version of the rule, which may be edited. */
  constructor(state: { readonly active: ActiveRule }, scene: Scene) {
    this.#state = state;
    this.#scene = scene;
  }

  /** The rule fired in the current frame: creates an event or joins the latest one. */
  fire(firing: Firing, frameTimestampMs: number, place: OpenEvent['place']): void {
    const { nowMs } = this.#scene;
    const latest = this.#events[this.#events.length - 1];
    const joins = latest && nowMs - latest.createdMs < this.#state.active.rule.cooldown_s * 1000;
    const event = joins ? latest : this.#create(firing, frameTimestampMs, place);
    if (joins) this.#join(event, firing);
    this.#addObjects(event, firing.objects);
    event.endedMs = undefined;
    event.isEnding = false;
    if (firing.holder === undefined) {
      this.#endIfOver(event, nowMs);
      return;
    }
    const { holder, objects, startedMs: sinceMs } = firing;
    event.holders.set(holder, { sinceMs, className: objects.find(({ key }) => key === holder)?.className });
    const held = [...event.holders.values()].flatMap(({ className }) => className ?? []);
    if (held.length > (event.most?.length ?? 0)) event.most = held;
  }

  /** A condition ended at `atMs`. */
  release(holder: Holder, atMs: number): void {
    for (const event of this.#events) {
      const held = event.holders.get(holder);
      if (held === undefined) continue;
      event.holders.delete(holder);
      const { seconds } = event.measured;
      if (seconds !== undefined)
        event.measured = { ...event.measured, seconds: Math.max(seconds, (atMs - held.sinceMs) / 1000) };
      this.#endIfOver(event, atMs);
    }
  }

  /** All conditions have ended. */
  releaseAll(): void {
    const holders = new Set(this.#events.flatMap((event) => [...event.holders.keys()]));
    for (const holder of holders) this.release(holder, this.#scene.nowMs);
  }

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  /** @returns the changes since the last call. */
  flush(): EventChange[] {
    if (this.#events.length === 0) return [];
    const changes: EventChange[] = [];
    for (const event of this.#events) {
      if (event.pending) changes.push({ kind: event.pending, event: this.#describe({ ...event, endedMs: undefined }) });
      if (event.isEnding) changes.push({ kind: 'ended', event: this.#describe(event) });
      event.pending = undefined;
      event.isEnding = false;
    }
    const latest = this.#events[this.#events.length - 1];
    this.#events = this.#events.filter((event) => event === latest || event.endedMs === undefined);
    return changes;
  }

  #create({ startedMs, measured, direction }: Firing, frameTimestampMs: number, place: OpenEvent['place']): OpenEvent {
    const event: OpenEvent = {
      key: `${this.#state.active.id}/${this.#scene.camera}/${this.#nextNumber++}`,
      createdMs: this.#scene.nowMs,
      startedMs,
      startedAtMs: this.#scene.time.toFrame(startedMs),
      frameTimestampMs,
      place,
      direction,
      measured: { ...measured },
      objects: [],
      most: undefined,
      holders: new Map(),
      endedMs: undefined,
      pending: 'created',
      isEnding: false,
    };
    this.#events.push(event);
    const oldest = this.#events[0];
    if (this.#events.length > MAX_OPEN_EVENTS && oldest) {
      oldest.holders.clear();
      this.#endIfOver(oldest, this.#scene.nowMs);
    }
    return event;
  }

  #join(event: OpenEvent, { direction, measured = {} }: Firing): void {
    event.pending ??= 'updated';
    if (event.direction !== direction) event.direction = undefined;
    for (const [name, value] of Object.entries(measured)) {
      event.measured[name] = Math.max(value, event.measured[name] ?? value);
    }
  }

  #addObjects(event: OpenEvent, objects: readonly SceneObject[]): void {
    for (const { id, className, bbox, confidence } of objects) {
      if (event.objects.length >= MAX_OBJECTS_PER_EVENT) return;
      if (event.objects.some((known) => known.id === id)) continue;
      event.objects.push({ id, class_name: className, bbox, confidence });
    }
  }

  #endIfOver(event: OpenEvent, atMs: number): void {
    if (event.holders.size > 0) return;
    event.endedMs = Math.max(atMs, event.endedMs ?? event.startedMs);
    event.isEnding = true;
  }

  #describe(event: OpenEvent): FiredEvent {
    const { key, place, direction, measured, objects, startedAtMs, startedMs, endedMs } = event;
    const trigger: Trigger = this.#state.active.rule.trigger;
    const { zone, line, sides } = place;
    return {
      key,
      ruleId: this.#state.active.id,
      camera: this.#scene.camera,
      behavior: trigger.behavior,
      startedAtMs,
      frameTimestampMs: event.frameTimestampMs,
      endedAtMs: endedMs === undefined ? null : startedAtMs + endedMs - startedMs,
      ...(zone !== undefined && { zone }),
      ...(line !== undefined && { line }),
      ...(direction !== undefined && { direction }),
      measured: { ...measured },
      objects: [...objects],
      reason: reasonOf({
        trigger,
        // Who leaves and comes back is not one more, nor one whom the tracker lost.
        classes: event.most ?? objects.map(({ class_name }) => class_name),
        measured,
        place: zone ?? line,
        direction,
        sides,
      }),
    };
  }
}
