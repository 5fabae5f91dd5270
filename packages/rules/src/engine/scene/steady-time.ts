/** A longer gap between frames is a loss of the picture, ms. */
const MAX_FRAME_GAP_MS = 10_000;

/**
 * Monotonic time of a camera's frames: if their clock is set back, time continues from where it was. Rules compute in it; `toFrame` converts
 * it to frame time.
 */
export class SteadyTime {
  nowMs = Number.NaN;
  /** Since the previous frame; 0 for the first. */
  elapsedMs = 0;
  #shiftMs = 0;

  /** Advances to a frame. @returns false for the first frame, and after a long gap. */
  advance(timestampMs: number): boolean {
    const isFirst = Number.isNaN(this.nowMs);
    let nowMs = timestampMs + this.#shiftMs;
    if (!isFirst && nowMs < this.nowMs) {
      this.#shiftMs += this.nowMs - nowMs;
      nowMs = this.nowMs;
    }
    this.elapsedMs = isFirst ? 0 : nowMs - this.nowMs;
    this.nowMs = nowMs;
    return !isFirst && this.elapsedMs <= MAX_FRAME_GAP_MS;
  }

  /** Converts frame time to steady time, at most now. */
  fromFrame(frameMs: number): number {
    return Math.min(this.nowMs, frameMs + this.#shiftMs);
  }

  toFrame(steadyMs: number): number {
    return steadyMs - this.#shiftMs;
  }
}
