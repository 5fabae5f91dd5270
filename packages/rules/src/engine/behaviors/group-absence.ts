import type { Journal } from '../events/journal.js';
import type { Scene } from '../scene/scene.js';
import type { AbsenceTrigger } from './absence-watch.js';
import { Matcher } from './matcher.js';
import type { Place } from './place.js';
import type { Watch } from './watch.js';

/** A camera without a frame for longer than this counts as having no picture, ms. */
const MAX_SILENCE_MS = 10_000;

interface Member {
  readonly scene: Scene;
  readonly place: Place;
  readonly journal: Journal;
  isPresent: boolean;
}

/**
 * `absent` for several cameras together: the subject has been absent from all of them for long enough. Only time in which all of them have a
 * picture counts. The event belongs to the camera whose frame made it fire.
 */
export class GroupAbsence {
  readonly #trigger: AbsenceTrigger;
  readonly #matcher: Matcher;
  readonly #members = new Map<Scene, Member>();
  #nowMs = 0;
  #emptyMs = 0;
  #sinceMs: number | undefined;
  #firedIn: Journal | undefined;

  constructor(trigger: AbsenceTrigger) {
    this.#trigger = trigger;
    this.#matcher = new Matcher(trigger.subject);
  }

  /** Adds a camera to the group. @returns its watch. */
  join(place: Place, scene: Scene, journal: Journal): Watch {
    const member: Member = { scene, place, journal, isPresent: false };
    this.#members.set(scene, member);
    return { update: (frameTimestampMs, activeSinceMs) => this.#update(member, frameTimestampMs, activeSinceMs) };
  }

  leave(scene: Scene): void {
    this.#members.delete(scene);
  }

  #update(member: Member, frameTimestampMs: number, activeSinceMs: number | undefined): void {
    member.isPresent = this.#isPresentOn(member);
    const { nowMs } = member.scene;
    const elapsedMs = Math.max(0, nowMs - this.#nowMs);
    this.#nowMs = Math.max(nowMs, this.#nowMs);
    const members = [...this.#members.values()];
    if (activeSinceMs === undefined || members.some(({ isPresent }) => isPresent)) {
      this.#reset();
      return;
    }
    const areWatched = members.every(({ scene }) => scene.isOpen && this.#nowMs - scene.nowMs <= MAX_SILENCE_MS);
    if (this.#sinceMs === undefined) this.#sinceMs = nowMs;
    else if (areWatched && elapsedMs <= MAX_SILENCE_MS) this.#emptyMs += elapsedMs;
    if (this.#firedIn || this.#emptyMs < this.#trigger.seconds * 1000) return;
    this.#firedIn = member.journal;
    const firing = { objects: [], startedMs: this.#sinceMs, measured: { seconds: this.#emptyMs / 1000 } };
    member.journal.fire({ ...firing, holder: 'rule' }, frameTimestampMs, member.place.names);
  }

  #reset(): void {
    this.#firedIn?.release('rule', this.#nowMs);
    this.#firedIn = undefined;
    this.#sinceMs = undefined;
    this.#emptyMs = 0;
  }

  #isPresentOn({ scene, place }: Member): boolean {
    return scene.objects.some(
      (object) =>
        this.#matcher.matches(object) && object.isPresent(scene.nowMs) && object.visitOf(place.zone).isGoingOn,
    );
  }
}
