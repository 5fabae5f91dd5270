import type { Trigger } from '@lookout/protocol';
import type { Journal } from '../events/journal.js';
import type { Scene } from '../scene/scene.js';
import { Matcher } from './matcher.js';
import type { Place } from './place.js';
import type { Watch } from './watch.js';

export type AbsenceTrigger = Extract<Trigger, { behavior: 'absent' }>;

/** Fires when the subject has been absent for long enough. Time without a picture does not count. */
export class AbsenceWatch implements Watch {
  readonly #trigger: AbsenceTrigger;
  readonly #matcher: Matcher;
  readonly #place: Place;
  readonly #scene: Scene;
  readonly #journal: Journal;
  /** How long the subject has been absent while the rule was active and there was a picture, ms, and since when. */
  #emptyMs = 0;
  #sinceMs: number | undefined;
  #lastSeenMs: number | undefined;
  #hasFired = false;

  constructor(trigger: AbsenceTrigger, place: Place, scene: Scene, journal: Journal) {
    this.#trigger = trigger;
    this.#matcher = new Matcher(trigger.subject);
    this.#place = place;
    this.#scene = scene;
    this.#journal = journal;
  }

  update(frameTimestampMs: number, activeSinceMs: number | undefined): void {
    const { nowMs, watchedMs, openedMs } = this.#scene;
    const isPresent = this.#look();
    if (isPresent || activeSinceMs === undefined) {
      if (this.#sinceMs !== undefined) this.#reset();
      return;
    }
    if (this.#sinceMs === undefined) {
      this.#sinceMs = Math.max(activeSinceMs, openedMs, this.#lastSeenMs ?? nowMs);
      this.#emptyMs = nowMs - this.#sinceMs;
    } else {
      this.#emptyMs += watchedMs;
    }
    if (this.#hasFired || this.#emptyMs < this.#trigger.seconds * 1000) return;
    this.#hasFired = true;
    const measured = { seconds: this.#emptyMs / 1000 };
    this.#journal.fire(
      { objects: [], startedMs: this.#sinceMs, measured, holder: 'rule' },
      frameTimestampMs,
      this.#place.names,
    );
  }

  #reset(): void {
    if (this.#hasFired) this.#journal.release('rule', this.#scene.nowMs);
    this.#hasFired = false;
    this.#sinceMs = undefined;
    this.#emptyMs = 0;
  }

  /** @returns whether the subject is present, or was until a moment ago. */
  #look(): boolean {
    const { objects, nowMs } = this.#scene;
    let isPresent = false;
    for (const object of objects) {
      if (!this.#matcher.matches(object)) continue;
      const { isInside, isGoingOn } = object.visitOf(this.#place.zone);
      if (object.isSeen && isInside) this.#lastSeenMs = nowMs;
      isPresent ||= isGoingOn && object.isPresent(nowMs);
    }
    return isPresent;
  }
}
