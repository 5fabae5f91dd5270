import { shiftWhile } from '../timing/shift-while.js';

/** Which frames a view gets: `analyzed`, each with its own boxes, or `all`, with the boxes of the last analysis. */
export type Every = 'analyzed' | 'all';

/** What the choice is based on: metadata of a viewed frame. */
export interface ChosenFrame {
  timestamp: number;
  frameNumber: number;
  /** Only with `all`: how much older the boxes are than the picture. */
  detections_age_ms?: number;
  stages_ms: { wait: number; decode: number; infer: number };
}

const WINDOW_MS = 2000;
const MIN_FRAMES = 8;
const MAX_FRAMES = 120;
/** Share of the wanted frames that must be analysed: slightly less than all, as a frame is lost occasionally. */
const KEEPS_UP_SHARE = 0.95;
const FALLS_BEHIND_SHARE = 0.85;
/** Longest that a picture may wait for its boxes (median); beyond this, the full rate is worth more. */
const MAX_WAIT_MS = 100;
const FIRST_TRIAL_MS = 3000;
const MAX_TRIAL_MS = 60_000;
/** Once analysis has kept up for this long, the next trial may come quickly again. */
const PROVEN_MS = 30_000;

/**
 * Chooses between smooth and exact: only analysed frames while analysis keeps up with the camera, so that each picture has its own
 * boxes; otherwise every frame, with boxes moved forward. It changes to every frame as soon as analysis falls behind, and back once
 * analysis has kept up for 3 s, or longer after a failed trial (up to a minute), so that it does not oscillate. Pure: time is passed in
 * with the frames.
 */
export class EveryChooser {
  readonly #wantedIntervalMs: number;
  #every: Every = 'all';
  #frames: ChosenFrame[] = [];
  #since: number | undefined;
  #keptUpSince: number | undefined;
  #trialMs = FIRST_TRIAL_MS;
  #notBefore = Number.NEGATIVE_INFINITY;

  /** @param fps frames per second that the view asks for; absent: no limit */
  constructor(fps?: number) {
    this.#wantedIntervalMs = fps === undefined ? 0 : 1000 / fps;
  }

  get every(): Every {
    return this.#every;
  }

  /** The next frame under the current choice. @param now ms, any steady clock @returns the choice after it */
  add(frame: ChosenFrame, now: number): Every {
    this.#since ??= now;
    const last = this.#frames.at(-1);
    // The camera restarted, or a clock was set: earlier frames can't be compared.
    if (last && (frame.timestamp <= last.timestamp || frame.frameNumber <= last.frameNumber)) this.#frames = [];
    this.#frames.push(frame);
    const oldest = frame.timestamp - WINDOW_MS;
    if (this.#frames.length > MAX_FRAMES) this.#frames.shift();
    shiftWhile(this.#frames, ({ timestamp }) => this.#frames.length > MIN_FRAMES && timestamp < oldest);
    if (this.#frames.length >= MIN_FRAMES && now >= this.#notBefore) this.#judge(now);
    return this.#every;
  }

  /** The last change failed: the choice returns to what it was before, at least for a while. */
  undo(now: number): void {
    this.#trialMs = Math.min(MAX_TRIAL_MS, this.#trialMs * 2);
    this.#notBefore = now + this.#trialMs;
    this.#change(this.#every === 'all' ? 'analyzed' : 'all');
  }

  #judge(now: number): void {
    if (this.#every === 'all') {
      this.#keptUpSince = this.#keepsUp() ? (this.#keptUpSince ?? now) : undefined;
      if (this.#keptUpSince !== undefined && now - this.#keptUpSince >= this.#trialMs) this.#change('analyzed');
    } else if (this.#fallsBehind()) {
      const lastedMs = now - (this.#since ?? now);
      this.#trialMs = lastedMs >= PROVEN_MS ? FIRST_TRIAL_MS : Math.min(MAX_TRIAL_MS, this.#trialMs * 2);
      this.#change('all');
    }
  }

  #change(every: Every): void {
    this.#every = every;
    this.#frames = [];
    this.#since = undefined;
    this.#keptUpSince = undefined;
  }

  /** Whether every frame brings the boxes of a new analysis. */
  #keepsUp(): boolean {
    const analyses = new Set<number>();
    for (const { timestamp, detections_age_ms } of this.#frames) {
      if (detections_age_ms === undefined) return false;
      analyses.add(Math.round(timestamp - detections_age_ms));
    }
    return analyses.size >= KEEPS_UP_SHARE * this.#frames.length;
  }

  #fallsBehind(): boolean {
    const [first] = this.#frames;
    const last = this.#frames.at(-1);
    if (!first || !last) return false;
    const spanMs = last.timestamp - first.timestamp;
    // Frame numbers are the camera's own, so they give its rate, whichever of its frames arrive.
    const cameraIntervalMs = spanMs / (last.frameNumber - first.frameNumber);
    const intervalMs = spanMs / (this.#frames.length - 1);
    const wantedMs = Math.max(cameraIntervalMs, this.#wantedIntervalMs);
    return wantedMs < FALLS_BEHIND_SHARE * intervalMs || medianWaitMs(this.#frames) > MAX_WAIT_MS;
  }
}

function medianWaitMs(frames: readonly ChosenFrame[]): number {
  const waits = frames.map(({ stages_ms: { wait, decode, infer } }) => wait + decode + infer).sort((a, b) => a - b);
  return waits[waits.length >> 1]!;
}
