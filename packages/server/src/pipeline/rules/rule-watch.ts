import type { StoredRule } from '@lookout/protocol';
import { type EventChange, RuleEngine, type RuleObject } from '@lookout/rules';
import type { TrackedObject } from '@lookout/vision';
import { LogLimit } from '../../platform/metrics/log-limit.js';
import type { ObservedFrame } from '../live/observed-frame.js';
import type { NamedCamera } from './rule-context.js';
import { SpotFilter } from './spot-filter.js';

export type WatchedRule = Pick<StoredRule, 'id' | 'rule' | 'enabled' | 'snoozed_until' | 'modes'>;

export interface RuleWatchOptions {
  /** IANA name; read again with each `refresh`. */
  readonly timezone: string;
  /** The rules to watch for. */
  rules(): readonly WatchedRule[];
  /** Whether a rule fires nothing at a time, Unix epoch ms. */
  isSilent(rule: WatchedRule, timeMs: number): boolean;
  /**
   * Rules fired, or their events went on or ended. Times of events are Unix epoch ms.
   * @param observed the frame that did it; undefined: another reason, such as a change of rules
   */
  onChanges(changes: readonly EventChange[], observed: ObservedFrame | undefined): void;
  /** A rule is no longer snoozed: call `refresh`. */
  onWake(): void;
  /** Matches of phrases on a camera, where rules have any. */
  readonly described?:
    | {
        /** Keys of the phrases that an object matches. */
        fulfilled(camera: string, track: number): ReadonlySet<string>;
        /** Objects found by their description alone. */
        found(camera: string, timestampMs: number): readonly TrackedObject[];
      }
    | undefined;
  /** A mistake inside; the frame is skipped. Reported for each frame. */
  onFault(): void;
  /** The same, seldom enough for a log. @param count faults since it was last called */
  logFault(error: unknown, count: number): void;
  /** Time that a frame took, s. */
  onTimed(seconds: number): void;
  /** Converts times of frames to Unix epoch ms. */
  toEpoch(timeMs: number): number;
  /** By the clock of frames, ms. */
  now(): number;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

/** A larger step of the machine's clock, ms, is one that was set: what rules know of times is forgotten. */
const CLOCK_STEP_MS = 1000;
/** After this long without a picture, the engine ends a camera's events. A little more than its own limit. */
const LONG_LOSS_MS = 10_500;
/** Timers can't run for longer than 24 days; a snooze that does is looked at again. */
const MAX_TIMER_MS = 3_600_000;

interface WatchedCamera {
  regions: Pick<NamedCamera, 'zones' | 'lines'>;
  readonly spots: SpotFilter;
  cancelLoss: () => void;
}

/** Runs the rules over what cameras see, as it is seen. Never throws into the live pipeline. */
export class RuleWatch {
  readonly #options: RuleWatchOptions;
  readonly #engine: RuleEngine;
  readonly #cameras = new Map<string, WatchedCamera>();
  readonly #faults: LogLimit;
  /** When a rule is no longer snoozed, Unix epoch ms. */
  #nextWakeMs = Number.POSITIVE_INFINITY;
  /** Where no frames come, as of a camera that is open only while rules need it, a timer wakes it. */
  #cancelWake: () => void = () => undefined;
  /** Unix epoch minus the clock of frames, ms. */
  #shiftMs: number;

  /** @throws RangeError if there is no such time zone */
  constructor(options: RuleWatchOptions) {
    this.#options = options;
    this.#engine = new RuleEngine({ timezone: options.timezone });
    this.#shiftMs = options.toEpoch(options.now()) - options.now();
    this.#faults = new LogLimit(options.now);
    this.refresh();
  }

  /** Rules, the mode or the time zone changed. */
  refresh(): void {
    this.#engine.setTimezone(this.#options.timezone);
    const { rules, isSilent, now, toEpoch } = this.#options;
    const nowMs = toEpoch(now());
    const all = rules();
    this.#nextWakeMs = Math.min(
      ...all.map(({ snoozed_until }) => snoozed_until ?? 0).filter((until) => until > nowMs),
      Number.POSITIVE_INFINITY,
    );
    this.#cancelWake();
    this.#cancelWake = () => undefined;
    if (Number.isFinite(this.#nextWakeMs)) {
      const delayMs = Math.min(this.#nextWakeMs - nowMs, MAX_TIMER_MS);
      this.#cancelWake = this.#options.later(() => this.#options.onWake(), delayMs);
    }
    this.#guard(undefined, () =>
      this.#engine.setRules(all.map((rule) => ({ id: rule.id, rule: rule.rule, silent: isSilent(rule, nowMs) }))),
    );
  }

  /** A camera was opened, or its zones and lines may have changed. */
  setCamera({ id, zones, lines }: Pick<NamedCamera, 'id' | 'zones' | 'lines'>): void {
    const known = this.#cameras.get(id);
    if (known?.regions.zones === zones && known.regions.lines === lines) return;
    const regions = { zones, lines };
    if (known) known.regions = regions;
    else this.#cameras.set(id, { regions, spots: new SpotFilter(), cancelLoss: () => undefined });
    this.#guard(undefined, () => this.#engine.setCamera(id, regions));
  }

  removeCamera(id: string): void {
    this.#cameras.get(id)?.cancelLoss();
    this.#cameras.delete(id);
    this.#guard(undefined, () => this.#engine.removeCamera(id));
  }

  /** A camera has a picture, or has none. */
  setLive(id: string, isLive: boolean): void {
    const camera = this.#cameras.get(id);
    if (!camera) return;
    const { now, later } = this.#options;
    camera.cancelLoss();
    camera.cancelLoss = () => undefined;
    const timeMs = () => now() + this.#shiftMs;
    this.#guard(undefined, () => {
      if (!isLive) return this.#engine.closed(id, timeMs());
      this.#engine.opened(id, timeMs());
      return [];
    });
    if (isLive) return;
    camera.cancelLoss = later(() => this.#guard(undefined, () => this.#engine.closed(id, timeMs())), LONG_LOSS_MS);
  }

  /** An analysed frame of a camera; in the order of its frames. */
  observe(camera: string, observed: ObservedFrame): void {
    const { toEpoch, onTimed, onWake, described } = this.#options;
    const startedMs = performance.now();
    const { timestampMs, width, height } = observed.frame;
    const shiftMs = toEpoch(timestampMs) - timestampMs;
    if (Math.abs(shiftMs - this.#shiftMs) > CLOCK_STEP_MS) this.#beginAnew();
    this.#shiftMs = shiftMs;
    if (timestampMs + shiftMs >= this.#nextWakeMs) onWake();
    this.#guard(observed, () => {
      const objects = this.#cameras.get(camera)?.spots.filter(observed) ?? observed.objects;
      return this.#engine.frame({
        camera,
        timestampMs: timestampMs + shiftMs,
        width,
        height,
        objects: [
          ...objects.map((object) => {
            const phrases = described?.fulfilled(camera, object.id);
            return { ...shifted(object, shiftMs), ...(phrases && phrases.size > 0 && { phrases }) };
          }),
          ...(described?.found(camera, timestampMs) ?? []).map((object) => ({
            ...shifted(object, shiftMs),
            isOpen: true,
          })),
        ],
      });
    });
    onTimed((performance.now() - startedMs) / 1000);
  }

  close(): void {
    this.#cancelWake();
    for (const { cancelLoss } of this.#cameras.values()) cancelLoss();
  }

  #beginAnew(): void {
    for (const [id, { regions }] of this.#cameras) {
      this.#guard(undefined, () => this.#engine.removeCamera(id));
      this.#guard(undefined, () => this.#engine.setCamera(id, regions));
    }
  }

  #guard(observed: ObservedFrame | undefined, run: () => readonly EventChange[]): void {
    try {
      const changes = run();
      if (changes.length > 0) this.#options.onChanges(changes, observed);
    } catch (error) {
      this.#options.onFault();
      const count = this.#faults.count();
      if (count !== undefined) this.#options.logFault(error, count);
    }
  }
}

function shifted(
  { id, class_name, bbox, confidence, firstSeenMs, lastSeenMs, isResident }: TrackedObject,
  byMs: number,
): RuleObject {
  return {
    id,
    class_name,
    bbox,
    confidence,
    firstSeenMs: firstSeenMs + byMs,
    lastSeenMs: lastSeenMs + byMs,
    isResident,
  };
}
