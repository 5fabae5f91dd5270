/** Smallest step between two decode times, ms: a tick of the 90 kHz clock of RTP and MPEG. */
const MIN_STEP_MS = 1 / 90;

/** Makes decode times increase strictly, which muxers rely on and streams do not always do. */
export class DecodeTimes {
  #lastMs = Number.NEGATIVE_INFINITY;

  /** @param dtsMs as the stream has it, or the presentation time if it has none */
  next(dtsMs: number): number {
    this.#lastMs = Math.max(dtsMs, this.#lastMs + MIN_STEP_MS);
    return this.#lastMs;
  }
}
