import type { Count } from '@lookout/protocol';
import type { Journal } from '../events/journal.js';
import type { Scene } from '../scene/scene.js';
import type { SceneObject } from '../scene/scene-object.js';
import { type Condition, conditionOf, type HoldingTrigger } from './condition.js';
import { Matcher } from './matcher.js';
import type { Place } from './place.js';
import type { Watch } from './watch.js';

/** Upper limits and exact counts must hold for this long, ms: people come and go one after the other. */
const COUNT_SETTLES_MS = 1000;

/** A rule's state for one object. */
interface Held {
  /** Since when the condition has held, and when it last did. */
  sinceMs: number;
  lastMs: number;
  /** Serial of the visit during which the object made the rule fire; 0: none. */
  firedSerial: number;
  /** Whether it is part of an open event. */
  isReported: boolean;
}

/** Fires when a condition has held for an object for long enough, or for enough objects at the same moment. */
export class HoldingWatch implements Watch {
  readonly #condition: Condition;
  readonly #matcher: Matcher;
  readonly #count: Count | undefined;
  readonly #isAppear: boolean;
  readonly #place: Place;
  readonly #scene: Scene;
  readonly #journal: Journal;
  readonly #held = new Map<number, Held>();
  /** Since when the count has been met, and whether that was reported. */
  #metSinceMs: number | undefined;
  #isCountReported = false;

  constructor(trigger: HoldingTrigger, place: Place, scene: Scene, journal: Journal) {
    this.#condition = conditionOf(trigger);
    this.#matcher = new Matcher(trigger.subject);
    this.#count = 'count' in trigger ? trigger.count : undefined;
    this.#isAppear = trigger.behavior === 'appear';
    this.#place = place;
    this.#scene = scene;
    this.#journal = journal;
  }

  update(frameTimestampMs: number, activeSinceMs: number | undefined): void {
    const { ended, dropped, seen } = this.#scene;
    for (const object of ended) this.#forget(object);
    for (const object of dropped) this.#forget(object);
    for (const object of seen) {
      const held = this.#look(object);
      if (held && !this.#count && activeSinceMs !== undefined)
        this.#judge(object, held, frameTimestampMs, activeSinceMs);
    }
    if (this.#count) this.#judgeCount(this.#count, frameTimestampMs, activeSinceMs);
  }

  #forget(object: SceneObject): void {
    const held = this.#held.get(object.key);
    if (held?.isReported) this.#journal.release(object.key, Math.min(object.lastSeenMs, held.lastMs));
    this.#held.delete(object.key);
  }

  /** @returns the object's state if the condition holds now. */
  #look(object: SceneObject): Held | undefined {
    const { nowMs, toleranceMs } = this.#scene;
    const visit = object.visitOf(this.#place.zone);
    const describedMs = visit.isInside ? this.#matcher.sinceMs(object) : undefined;
    const held = this.#held.get(object.key);
    if (describedMs === undefined && !held) return undefined;
    const recent = held && nowMs - held.lastMs < toleranceMs ? held.sinceMs : undefined;
    const sinceMs = describedMs === undefined ? undefined : this.#condition.look(object, visit, this.#scene, recent);
    // Time before the object fulfilled the phrase does not count.
    if (describedMs !== undefined && sinceMs !== undefined)
      return this.#hold(object, held, Math.max(sinceMs, describedMs));
    if (held && recent === undefined) this.#letGo(object, held);
    return undefined;
  }

  #hold(object: SceneObject, known: Held | undefined, sinceMs: number): Held {
    const held = known ?? { sinceMs, lastMs: 0, firedSerial: 0, isReported: false };
    held.sinceMs = sinceMs;
    held.lastMs = this.#scene.nowMs;
    if (!known) this.#held.set(object.key, held);
    return held;
  }

  #letGo({ key }: SceneObject, held: Held): void {
    if (held.isReported) this.#journal.release(key, held.lastMs);
    held.isReported = false;
    if (held.firedSerial === 0) this.#held.delete(key);
  }

  #judge(object: SceneObject, held: Held, frameTimestampMs: number, activeSinceMs: number): void {
    // A resident that is detected again has been there all along.
    if (this.#isAppear && object.cameAsResident) return;
    const { serial, isPointOutside } = object.visitOf(this.#place.zone);
    // An object that may be leaving at this very moment may not have stayed long enough.
    if (isPointOutside || held.firedSerial === serial || !this.#hasHeldLongEnough(held, activeSinceMs)) return;
    held.firedSerial = serial;
    held.isReported = true;
    const startedMs = Math.max(held.sinceMs, activeSinceMs);
    const measured = this.#measure(this.#condition.measure?.(object, this.#scene) ?? {}, startedMs);
    this.#fire([object], startedMs, measured, object.key, frameTimestampMs);
  }

  #judgeCount(count: Count, frameTimestampMs: number, activeSinceMs: number | undefined): void {
    const { nowMs, objects, toleranceMs, isSettled } = this.#scene;
    const sinceMs = activeSinceMs ?? nowMs;
    const holding = objects.filter((object) => {
      const held = this.#held.get(object.key);
      const isCurrent = held && (object.isResident || nowMs - held.lastMs < toleranceMs);
      return isCurrent && this.#hasHeldLongEnough(held, sinceMs);
    });
    const isRising = count.op === '>=' || count.op === '>';
    const isMet = activeSinceMs !== undefined && satisfies(holding.length, count) && (isRising || isSettled);
    if (!isMet) {
      if (this.#isCountReported) this.#journal.release('rule', nowMs);
      this.#isCountReported = false;
      this.#metSinceMs = undefined;
      return;
    }
    this.#metSinceMs ??= nowMs;
    if (this.#isCountReported || (!isRising && nowMs - this.#metSinceMs < COUNT_SETTLES_MS)) return;
    this.#isCountReported = true;
    // The condition began with the last of these objects.
    const begun = holding.map(({ key }) => this.#held.get(key)?.sinceMs ?? nowMs);
    const startedMs = isRising ? Math.max(sinceMs, ...begun) : this.#metSinceMs;
    const measured = this.#measure({ count: holding.length }, startedMs);
    this.#fire(holding, startedMs, measured, 'rule', frameTimestampMs);
  }

  #hasHeldLongEnough({ sinceMs }: Held, activeSinceMs: number): boolean {
    return this.#scene.nowMs - Math.max(sinceMs, activeSinceMs) >= this.#condition.seconds * 1000;
  }

  #measure(measured: Readonly<Record<string, number>>, startedMs: number): Record<string, number> {
    if (!this.#condition.reportsSeconds) return { ...measured };
    return { ...measured, seconds: (this.#scene.nowMs - startedMs) / 1000 };
  }

  #fire(
    objects: readonly SceneObject[],
    startedMs: number,
    measured: Record<string, number>,
    holder: number | 'rule',
    frameTimestampMs: number,
  ): void {
    this.#journal.fire({ objects, startedMs, measured, holder }, frameTimestampMs, this.#place.names);
  }
}

function satisfies(number: number, { op, value }: Count): boolean {
  switch (op) {
    case '>=':
      return number >= value;
    case '>':
      return number > value;
    case '==':
      return number === value;
    case '<':
      return number < value;
    case '<=':
      return number <= value;
  }
}
