import { AbsenceWatch } from './behaviors/absence-watch.js';
import type { GroupAbsence } from './behaviors/group-absence.js';
import { HoldingWatch } from './behaviors/holding-watch.js';
import { MomentWatch } from './behaviors/moment-watch.js';
import { type Place, placeOf } from './behaviors/place.js';
import type { Watch } from './behaviors/watch.js';
import type { ActiveRule, EventChange } from './events/event.js';
import { Journal } from './events/journal.js';
import type { Scene } from './scene/scene.js';
import type { ScheduleClock } from './schedule/schedule-clock.js';

/** A rule and its state shared by all its cameras. */
export interface RuleState {
  active: ActiveRule;
  /** Undefined: always. */
  clock: ScheduleClock | undefined;
  /** For a rule about several cameras at once. */
  readonly group: GroupAbsence | undefined;
}

/** One rule on one camera. */
export class RuleWatcher {
  readonly #state: RuleState;
  readonly #scene: Scene;
  readonly #place: Place;
  readonly #journal: Journal;
  readonly #watch: Watch;
  /** Since when the rule has been active, steady time. Time before that does not count. */
  #activeSinceMs: number | undefined;

  constructor(state: RuleState, place: Place, scene: Scene) {
    this.#state = state;
    this.#scene = scene;
    this.#place = place;
    this.#journal = new Journal(state, scene);
    this.#watch = createWatch(state, place, scene, this.#journal);
  }

  /** Call once a frame, after the scene's update. */
  update(frameTimestampMs: number): EventChange[] {
    const { active, clock } = this.#state;
    const isActive = active.silent !== true && (clock?.isActiveAt(frameTimestampMs) ?? true);
    if (!isActive) this.#activeSinceMs = undefined;
    else this.#activeSinceMs ??= this.#scene.nowMs;
    this.#watch.update(frameTimestampMs, this.#activeSinceMs);
    return this.#journal.flush();
  }

  /** Call when the camera's zones or lines have changed. @returns false if the rule's zone or line no longer exists. */
  replace(): boolean {
    const place = placeOf(this.#state.active.rule.trigger, this.#scene);
    if (place) Object.assign(this.#place, place);
    return place !== undefined;
  }

  /** Ends all events of the rule on this camera. */
  end(): EventChange[] {
    this.#journal.releaseAll();
    return this.#journal.flush();
  }

  /** Stops watching this camera for the rule, and ends its events. */
  close(): EventChange[] {
    this.#state.group?.leave(this.#scene);
    return this.end();
  }
}

function createWatch({ active, group }: RuleState, place: Place, scene: Scene, journal: Journal): Watch {
  const { trigger } = active.rule;
  switch (trigger.behavior) {
    case 'absent':
      return group?.join(place, scene, journal) ?? new AbsenceWatch(trigger, place, scene, journal);
    case 'enter':
    case 'leave':
    case 'cross':
    case 'removed':
      return new MomentWatch(trigger, place, scene, journal);
    default:
      return new HoldingWatch(trigger, place, scene, journal);
  }
}
