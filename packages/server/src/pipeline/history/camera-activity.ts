import type { ObjectFrame } from './object-chunk.js';

/** What was seen in one minute. */
interface Minute {
  /** Time with a picture, ms. */
  watchedMs: number;
  /** Objects of each class that were in view. */
  readonly seen: Map<string, number>;
  /** Those of them that had not been in view in the minute before. */
  readonly fresh: Map<string, number>;
}

interface CameraMinutes {
  /** By minute of the clock of frames, oldest first. */
  readonly minutes: Map<number, Minute>;
  /** Objects in view in the current minute and the one before, with their class as it was counted. */
  current: Map<number, string>;
  before: Map<number, string>;
  minute: number;
  lastFrameMs: number;
  /** By class, by the clock of frames. */
  readonly lastSeenMs: Map<string, number>;
}

export interface ActivityStep {
  /** Beginning of the step, by the clock of frames, ms. */
  atMs: number;
  /** Part of the step with a picture, 0..1. */
  watched: number;
  classes: Record<string, number>;
}

const MINUTE_MS = 60_000;
/** How far back minutes are remembered. */
const MAX_MINUTES = 24 * 60;
/** A longer pause between two analysed frames is a time without a picture. */
const MAX_FRAME_GAP_MS = 3000;
/** A camera whose model invents classes must not fill the memory. */
const MAX_CLASSES = 200;

/** When something was seen on each camera, minute by minute for a day, and when each class was seen last. */
export class CameraActivity {
  readonly #cameras = new Map<string, CameraMinutes>();

  /** An analysed frame of a camera. */
  add(camera: string, { timestampMs, objects }: ObjectFrame): void {
    const own = this.#cameras.get(camera) ?? begin(timestampMs);
    this.#cameras.set(camera, own);
    const sinceMs = timestampMs - own.lastFrameMs;
    own.lastFrameMs = timestampMs;
    const minute = this.#minuteAt(own, timestampMs);
    if (sinceMs > 0 && sinceMs <= MAX_FRAME_GAP_MS) minute.watchedMs = Math.min(MINUTE_MS, minute.watchedMs + sinceMs);
    for (const { id, class_name, lastSeenMs } of objects) {
      if (lastSeenMs < timestampMs) continue;
      if (own.lastSeenMs.size < MAX_CLASSES || own.lastSeenMs.has(class_name))
        own.lastSeenMs.set(class_name, timestampMs);
      if (own.current.has(id)) continue;
      own.current.set(id, class_name);
      count(minute.seen, class_name);
      if (!own.before.has(id)) count(minute.fresh, class_name);
    }
  }

  /** When each class was last in view, by the clock of frames, ms. */
  lastSeenMs(camera: string): ReadonlyMap<string, number> {
    return this.#cameras.get(camera)?.lastSeenMs ?? new Map();
  }

  /**
   * What was seen in each step. An object counts once in a step.
   * @param fromMs by the clock of frames; rounded down to a whole minute
   * @param stepMs whole minutes
   */
  steps(camera: string, fromMs: number, untilMs: number, stepMs: number): ActivityStep[] {
    const own = this.#cameras.get(camera);
    const perStep = Math.max(1, Math.round(stepMs / MINUTE_MS));
    const steps: ActivityStep[] = [];
    for (let first = Math.floor(fromMs / MINUTE_MS); first * MINUTE_MS < untilMs; first += perStep) {
      let watchedMs = 0;
      const classes: Record<string, number> = {};
      for (let minute = first; minute < first + perStep; minute++) {
        const found = own?.minutes.get(minute);
        if (!found) continue;
        watchedMs += found.watchedMs;
        const isFirst = minute === first;
        for (const [name, many] of isFirst ? found.seen : found.fresh) classes[name] = (classes[name] ?? 0) + many;
      }
      const watched = Math.round((100 * watchedMs) / (perStep * MINUTE_MS)) / 100;
      steps.push({ atMs: first * MINUTE_MS, watched, classes });
    }
    return steps;
  }

  remove(camera: string): void {
    this.#cameras.delete(camera);
  }

  #minuteAt(own: CameraMinutes, timestampMs: number): Minute {
    const index = Math.floor(timestampMs / MINUTE_MS);
    if (index !== own.minute) {
      own.before = index === own.minute + 1 ? own.current : new Map();
      own.current = new Map();
      own.minute = index;
    }
    let minute = own.minutes.get(index);
    if (!minute) {
      minute = { watchedMs: 0, seen: new Map(), fresh: new Map() };
      own.minutes.set(index, minute);
      for (const old of own.minutes.keys()) if (old <= index - MAX_MINUTES || old > index) own.minutes.delete(old);
    }
    return minute;
  }
}

function begin(timestampMs: number): CameraMinutes {
  return {
    minutes: new Map(),
    current: new Map(),
    before: new Map(),
    minute: Math.floor(timestampMs / MINUTE_MS),
    lastFrameMs: timestampMs,
    lastSeenMs: new Map(),
  };
}

function count(classes: Map<string, number>, name: string): void {
  if (classes.size < MAX_CLASSES || classes.has(name)) classes.set(name, (classes.get(name) ?? 0) + 1);
}
