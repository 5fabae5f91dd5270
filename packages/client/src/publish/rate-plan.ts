import { LinkBudget, type Plan } from './link-budget.js';
import type { PublishControl, PublishOptions } from './publish-types.js';

/** How and when to encode frames: as the server asks, or less if the link carries less. */
export class RatePlan {
  readonly #budget: LinkBudget;
  readonly #schedule: FrameSchedule;
  #control: PublishControl;
  #scheduledFps: number;
  /** An encoder can adapt to the link; a source of JPEGs can only send fewer, which the window enforces. */
  #encodes = false;

  /** @throws RangeError for an fps outside 5..60 or a quality outside 0.3..0.95 */
  constructor({ fps = 30, quality = 0.8, width }: Pick<PublishOptions, 'fps' | 'quality' | 'width'>) {
    check('fps', fps, 5, 60);
    check('quality', quality, 0.3, 0.95);
    const control = { fps, quality, ...(width === undefined ? {} : { width }), reason: '' };
    this.#control = control;
    this.#budget = new LinkBudget(control);
    this.#schedule = new FrameSchedule(control.fps);
    this.#scheduledFps = control.fps;
  }

  get current(): Plan {
    if (this.#encodes) return this.#budget.plan;
    const { reason, ...target } = this.#control;
    return { target, linkBound: false };
  }

  /** From now on, frames are encoded as planned. */
  followLink(): void {
    this.#encodes = true;
  }

  setControl(control: PublishControl): void {
    this.#control = control;
    this.#budget.setControl(control);
    this.#apply();
  }

  /** Whether a frame captured at that time (our clock, ms) is not too early for the rate. */
  due(atMs: number): boolean {
    return this.#schedule.due(atMs);
  }

  /** A frame captured at that time is sent. */
  take(atMs: number): void {
    this.#schedule.take(atMs);
  }

  /** A frame was encoded as planned. */
  encoded(bytes: number, made: { quality: number; width: number }): void {
    this.#budget.frame(bytes, made);
  }

  /** @param bytesPerMs what the link carries; undefined until known */
  step(now: number, bytesPerMs: number | undefined): void {
    this.#budget.step(now, bytesPerMs);
    this.#apply();
  }

  /** A new connection: the network path may have changed. */
  reset(): void {
    this.#budget.reset();
  }

  #apply(): void {
    const { fps } = this.current.target;
    if (fps === this.#scheduledFps) return;
    this.#scheduledFps = fps;
    this.#schedule.setFps(fps);
  }
}

function check(name: string, value: number, min: number, max: number): void {
  if (!(value >= min && value <= max)) {
    throw new RangeError(`Expected \`${name}\` in [${min}, ${max}], got ${value}`);
  }
}

/**
 * A rate as a schedule: the first frame at or after its due time passes, and the next is due a whole period later, so that the requested
 * rate is the rate sent. If each frame restarted the period instead, 24 fps from a camera of 30 would become 15.
 *
 * A frame up to a quarter of a period early counts as due, so that no frames are lost if a camera jitters around the rate.
 */
export class FrameSchedule {
  #periodMs: number;
  #dueMs = Number.NEGATIVE_INFINITY;

  /** @param fps > 0 */
  constructor(fps: number) {
    this.#periodMs = periodOf(fps);
  }

  /** Changes the rate; the next frame is already due by the new rate. @param fps > 0 */
  setFps(fps: number): void {
    const periodMs = periodOf(fps);
    this.#dueMs += periodMs - this.#periodMs;
    this.#periodMs = periodMs;
  }

  /** Whether a frame of this time is due. Changes nothing. */
  due(atMs: number): boolean {
    // The due time is never more than a period ahead, unless the clock was set back.
    return atMs >= this.#dueMs - this.#periodMs / 4 || atMs < this.#dueMs - 2 * this.#periodMs;
  }

  /** Counts a frame of this time as sent. */
  take(atMs: number): void {
    // After a gap (or if the clock was set back) the schedule starts afresh: no credit accumulates for a burst.
    const late = atMs - this.#dueMs;
    this.#dueMs =
      late < this.#periodMs && late > -2 * this.#periodMs ? this.#dueMs + this.#periodMs : atMs + this.#periodMs;
  }
}

function periodOf(fps: number): number {
  if (!(fps > 0)) throw new RangeError(`Expected \`fps\` > 0, got ${fps}`);
  return 1000 / fps;
}
