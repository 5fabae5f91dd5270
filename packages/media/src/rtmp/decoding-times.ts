/** A larger step between two frames is not a pause, but a clock that was set or restarted. */
const MAX_STEP_MS = 10_000;
/** A smaller step back is bad interleaving. */
const MAX_STEP_BACK_MS = 1000;
/** Assumed distance of the frames on both sides of a jump, until two frames have shown theirs. */
const DEFAULT_FRAME_MS = 40;

export interface DecodingTime {
  /** Milliseconds, strictly increasing. */
  readonly dtsMs: number;
  /** The timestamp jumped; the true distance to the frame before is unknown. */
  readonly isDiscontinuity: boolean;
}

/**
 * Makes one time line of a publisher's 32-bit timestamps: across the wrap after 49.7 days, and across jumps, which continue one
 * frame after the last. A frame slightly out of order follows the one before it by 1 ms.
 */
export class DecodingTimes {
  #lastTimestampMs: number | undefined;
  /** Where `#lastTimestampMs` lies on the time line. */
  #lineMs = 0;
  #lastDtsMs = Number.NEGATIVE_INFINITY;
  #frameMs = DEFAULT_FRAME_MS;

  /** @param timestampMs of the next frame, mod 2 ** 32 */
  next(timestampMs: number): DecodingTime {
    const last = this.#lastTimestampMs;
    this.#lastTimestampMs = timestampMs;
    if (last === undefined) {
      this.#lineMs = this.#lastDtsMs = timestampMs;
      return { dtsMs: timestampMs, isDiscontinuity: false };
    }
    const stepMs = (timestampMs - last) | 0; // the shorter way around the wrap
    const isDiscontinuity = stepMs > MAX_STEP_MS || stepMs < -MAX_STEP_BACK_MS;
    if (isDiscontinuity) {
      this.#lineMs = this.#lastDtsMs + this.#frameMs;
    } else {
      this.#lineMs += stepMs;
      if (stepMs > 0) this.#frameMs = stepMs;
    }
    this.#lastDtsMs = Math.max(this.#lineMs, this.#lastDtsMs + 1);
    return { dtsMs: this.#lastDtsMs, isDiscontinuity };
  }
}
