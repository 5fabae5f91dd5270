/**
 * A rate as a schedule: the first frame at or after its due time passes, and the next is due a whole period later, so that the rate
 * asked for is the rate sent. A gap that restarted at each frame would make 15 fps of 24 out of a camera's 30.
 *
 * A frame up to a quarter of a period early counts as due, so that a camera that jitters around the rate loses none.
 */
export class FrameSchedule {
  #periodMs: number;
  #dueMs = Number.NEGATIVE_INFINITY;

  /** @param fps > 0 */
  constructor(fps: number) {
    this.#periodMs = periodOf(fps);
  }

  /** Changes the rate; the frame after the last one is due by the new rate. @param fps > 0 */
  setFps(fps: number): void {
    const periodMs = periodOf(fps);
    this.#dueMs += periodMs - this.#periodMs;
    this.#periodMs = periodMs;
  }

  /** Whether a frame of this time is due. Changes nothing. */
  due(atMs: number): boolean {
    // Nothing of ours is due more than a period ahead: where it is, the clock was set back.
    return atMs >= this.#dueMs - this.#periodMs / 4 || atMs < this.#dueMs - 2 * this.#periodMs;
  }

  /** Takes the place of a frame of this time. */
  take(atMs: number): void {
    // After a silence it starts anew (a clock that was set back is one too): no credit is saved up for a burst.
    const late = atMs - this.#dueMs;
    this.#dueMs =
      late < this.#periodMs && late > -2 * this.#periodMs ? this.#dueMs + this.#periodMs : atMs + this.#periodMs;
  }
}

function periodOf(fps: number): number {
  if (!(fps > 0)) throw new RangeError(`Expected \`fps\` > 0, got ${fps}`);
  return 1000 / fps;
}
