import type { Rule } from '@lookout/protocol';
import { GroupAbsence } from './behaviors/group-absence.js';
import { placeOf } from './behaviors/place.js';
import type { ActiveRule, EventChange } from './events/event.js';
import { type RuleState, RuleWatcher } from './rule-watcher.js';
import type { CameraRegions, RuleFrame } from './scene/frame.js';
import { Scene } from './scene/scene.js';
import { ScheduleClock } from './schedule/schedule-clock.js';
import { TimezoneOffsets } from './schedule/timezone-offsets.js';

export const MAX_RULES = 200;
export const MAX_CAMERAS = 256;
/** A picture that is away for this long ends the events that are going on, ms. */
const LONG_LOSS_MS = 10_000;

interface CameraState {
  readonly scene: Scene;
  /** By rule id, in the order of the rules. */
  watchers: Map<string, RuleWatcher>;
  /** When the picture was lost, by the frames' clock; undefined while there is one. */
  lostAtMs: number | undefined;
}

/**
 * Turns what analysed frames show into events, by rules. It reads no clock: time is the frames'. The same frames give the same events, at
 * whatever speed they are replayed and however the frames of different cameras are interleaved.
 */
export class RuleEngine {
  readonly #offsets: TimezoneOffsets;
  #rules = new Map<string, RuleState>();
  readonly #cameras = new Map<string, CameraState>();

  /** @param options.timezone IANA name, for schedules. @throws RangeError if there is no such zone. */
  constructor({ timezone }: { timezone: string }) {
    this.#offsets = new TimezoneOffsets(timezone);
  }

  /**
   * Replaces all rules. A rule that keeps its id, trigger and cameras keeps what it knows; others begin anew.
   * @returns the ends of the events of rules that are gone.
   * @throws RangeError for more than 200 rules, or two of the same id.
   */
  setRules(rules: readonly ActiveRule[]): EventChange[] {
    if (rules.length > MAX_RULES) throw new RangeError(`Expected at most ${MAX_RULES} rules, got ${rules.length}`);
    const states = new Map<string, RuleState>();
    for (const active of rules) {
      if (states.has(active.id)) throw new RangeError(`Expected rules of different ids, got ${active.id} twice`);
      states.set(active.id, this.#stateOf(active));
    }
    const gone = new Set([...this.#rules].filter(([id, state]) => states.get(id) !== state).map(([id]) => id));
    this.#rules = states;
    return [...this.#cameras.values()].flatMap((camera) => {
      const changes = [...gone].flatMap((id) => camera.watchers.get(id)?.close() ?? []);
      for (const id of gone) camera.watchers.delete(id);
      this.#assign(camera);
      return changes;
    });
  }

  /**
   * Sets the zones and lines of a camera. No object enters, leaves or crosses by it.
   * @returns the ends of the events of rules whose zone or line is gone.
   * @throws RangeError for more than 256 cameras.
   */
  setCamera(id: string, regions: CameraRegions): EventChange[] {
    const camera = this.#cameras.get(id);
    if (!camera) {
      this.#addCamera(id, regions);
      return [];
    }
    camera.scene.setRegions(regions);
    const changes: EventChange[] = [];
    for (const [rule, watcher] of camera.watchers) {
      if (watcher.replace()) continue;
      changes.push(...watcher.close());
      camera.watchers.delete(rule);
    }
    this.#assign(camera);
    return changes;
  }

  /** Forgets a camera. @returns the ends of its events. */
  removeCamera(id: string): EventChange[] {
    const camera = this.#cameras.get(id);
    if (!camera) return [];
    this.#cameras.delete(id);
    return [...camera.watchers.values()].flatMap((watcher) => watcher.close());
  }

  /** The camera has a picture, from its next frame on: what is there at first has been there before. */
  opened(id: string, _timestampMs: number): void {
    const camera = this.#cameras.get(id);
    if (!camera) return;
    camera.scene.close();
    camera.lostAtMs = undefined;
  }

  /**
   * The camera has no picture. Objects and events survive if it comes back soon; time stands still for `absent`. May be called again as time
   * goes on.
   * @returns the ends of its events once it has had no picture for ten seconds.
   */
  closed(id: string, timestampMs: number): EventChange[] {
    const camera = this.#cameras.get(id);
    if (!camera) return [];
    camera.scene.close();
    camera.lostAtMs ??= timestampMs;
    if (timestampMs - camera.lostAtMs < LONG_LOSS_MS) return [];
    return [...camera.watchers.values()].flatMap((watcher) => watcher.end());
  }

  /**
   * Takes in an analysed frame. One that is not later than the last one adds no time.
   * @returns what changed, in the order of the rules.
   * @throws RangeError for a frame without size or time, or of one camera too many.
   */
  frame(frame: RuleFrame): EventChange[] {
    const { width, height, timestampMs } = frame;
    if (!(width > 0 && height > 0 && Number.isFinite(timestampMs))) {
      throw new RangeError(`Expected a frame with a size and a time, got ${width} × ${height} at ${timestampMs}`);
    }
    const camera = this.#cameras.get(frame.camera) ?? this.#addCamera(frame.camera, { zones: [], lines: [] });
    camera.lostAtMs = undefined;
    camera.scene.update(frame);
    const changes: EventChange[] = [];
    for (const watcher of camera.watchers.values()) {
      for (const change of watcher.update(timestampMs)) changes.push(change);
    }
    return changes;
  }

  #addCamera(id: string, regions: CameraRegions): CameraState {
    if (this.#cameras.size >= MAX_CAMERAS) throw new RangeError(`Expected at most ${MAX_CAMERAS} cameras`);
    const camera: CameraState = { scene: new Scene(id, regions), watchers: new Map(), lostAtMs: undefined };
    this.#cameras.set(id, camera);
    this.#assign(camera);
    return camera;
  }

  /** The known state of a rule if it still asks the same, else a new one. */
  #stateOf(active: ActiveRule): RuleState {
    const known = this.#rules.get(active.id);
    const { schedule, trigger } = active.rule;
    const clock = schedule && new ScheduleClock(schedule, this.#offsets);
    if (known && questionOf(known.active.rule) === questionOf(active.rule)) {
      Object.assign(known, { active, clock });
      return known;
    }
    const isGrouped = trigger.behavior === 'absent' && active.rule.cameras !== 'all' && active.rule.cameras.length > 1;
    return { active, clock, group: isGrouped ? new GroupAbsence(trigger) : undefined };
  }

  /** Gives a camera a watcher for each rule that applies to it, in the order of the rules. */
  #assign(camera: CameraState): void {
    const watchers = new Map<string, RuleWatcher>();
    for (const [id, state] of this.#rules) {
      const { cameras, trigger } = state.active.rule;
      if (cameras !== 'all' && !cameras.includes(camera.scene.camera)) continue;
      const place = placeOf(trigger, camera.scene);
      if (place) watchers.set(id, camera.watchers.get(id) ?? new RuleWatcher(state, place, camera.scene));
    }
    camera.watchers = watchers;
  }
}

/** What a rule asks, apart from when and how loudly. */
function questionOf({ cameras, trigger }: Rule): string {
  return JSON.stringify([cameras, trigger]);
}
