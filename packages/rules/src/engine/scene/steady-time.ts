/** Longer than this between two frames, and nobody knows what happened in between. */
const MAX_FRAME_GAP_MS = 10_000;

/**
 * The time of a camera's frames, which goes on from where it was when their clock is set back. Rules compute in it; `toFrame` turns it into
 * what the frames' clock shows.
 */
export class SteadyTime {
  nowMs = Number.NaN;
  /** Since the last frame; 0 for the first. */
  elapsedMs = 0;
  #shiftMs = 0;

  /** Advances to a frame. @returns false if it does not continue the frames before: it is the first, or comes after a long gap. */
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

  /** Steady time of a moment that the frames' clock shows, never in the future. */
  fromFrame(frameMs: number): number {
    return Math.min(this.nowMs, frameMs + this.#shiftMs);
  }

  toFrame(steadyMs: number): number {
    return steadyMs - this.#shiftMs;
  }
}
