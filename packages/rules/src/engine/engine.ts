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
/** Ongoing events end once the picture has been lost for this long, ms. */
const LONG_LOSS_MS = 10_000;

interface CameraState {
  readonly scene: Scene;
  /** By rule id, in the order of the rules. */
  watchers: Map<string, RuleWatcher>;
  /** When the picture was lost, in frame time; undefined while there is one. */
  lostAtMs: number | undefined;
}

/**
 * Evaluates rules on analysed frames and reports events. Reads no clock: all time comes from the frames, so the same frames give the same
 * events at any replay speed, and however the frames of different cameras are interleaved.
 */
export class RuleEngine {
  #timezone: string;
  #offsets: TimezoneOffsets;
  #rules = new Map<string, RuleState>();
  readonly #cameras = new Map<string, CameraState>();

  /** @param options.timezone IANA name, for schedules. @throws RangeError if there is no such zone. */
  constructor({ timezone }: { timezone: string }) {
    this.#timezone = timezone;
    this.#offsets = new TimezoneOffsets(timezone);
  }

  /** Schedules follow another time zone from the next frame on; all other state stays. @throws RangeError if there is no such zone. */
  setTimezone(timezone: string): void {
    if (timezone === this.#timezone) return;
    this.#offsets = new TimezoneOffsets(timezone);
    this.#timezone = timezone;
    for (const state of this.#rules.values()) state.clock = this.#clockOf(state.active);
  }

  /**
   * Replaces all rules. A rule with the same id, trigger and cameras as before keeps its state; others start from scratch.
   * @returns `ended` for the open events of removed rules.
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
   * Sets the zones and lines of a camera. This alone makes no object enter, leave or cross.
   * @returns `ended` for the open events of rules whose zone or line no longer exists.
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

  /** Forgets a camera. @returns `ended` for its open events. */
  removeCamera(id: string): EventChange[] {
    const camera = this.#cameras.get(id);
    if (!camera) return [];
    this.#cameras.delete(id);
    return [...camera.watchers.values()].flatMap((watcher) => watcher.close());
  }

  /** The camera has a picture again from its next frame on. Objects in view at that time do not count as entering. */
  opened(id: string, _timestampMs: number): void {
    const camera = this.#cameras.get(id);
    if (!camera) return;
    camera.scene.close();
    camera.lostAtMs = undefined;
  }

  /**
   * The camera has lost its picture. Objects and events survive a short loss; the clock of `absent` stops. Call again later to end the
   * events of a longer loss.
   * @returns `ended` for its open events once the picture has been lost for ten seconds.
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
   * Evaluates the rules on an analysed frame. A frame that is not later than the previous one adds no time.
   * @returns the changes, in the order of the rules.
   * @throws RangeError for a frame without a valid size or time, or if it would exceed the maximum number of cameras.
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

  /** The existing state of a rule if its trigger and cameras are unchanged, else a new one. */
  #stateOf(active: ActiveRule): RuleState {
    const known = this.#rules.get(active.id);
    const { trigger } = active.rule;
    const clock = this.#clockOf(active);
    if (known && questionOf(known.active.rule) === questionOf(active.rule)) {
      Object.assign(known, { active, clock });
      return known;
    }
    const isGrouped = trigger.behavior === 'absent' && active.rule.cameras !== 'all' && active.rule.cameras.length > 1;
    return { active, clock, group: isGrouped ? new GroupAbsence(trigger) : undefined };
  }

  #clockOf({ rule: { schedule } }: ActiveRule): ScheduleClock | undefined {
    return schedule && new ScheduleClock(schedule, this.#offsets);
  }

  /** Creates the missing watchers of a camera and drops the others, in the order of the rules. */
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

/** The parts of a rule that its state depends on. */
function questionOf({ cameras, trigger }: Rule): string {
  return JSON.stringify([cameras, trigger]);
}
