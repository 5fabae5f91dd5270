/** Time that never goes back, from frames whose clock may be set back, stand still or be broken. */
export class SteadyClock {
  #lastMs = 0;
  #hasStarted = false;
  /** What to add to a frame's time. */
  #shiftMs = 0;

  /** @returns steady time of a frame, ms: its own time until its clock is first set back. */
  at(timestampMs: number): number {
    if (!Number.isFinite(timestampMs)) return this.#lastMs;
    if (!this.#hasStarted) this.#hasStarted = true;
    else if (timestampMs + this.#shiftMs < this.#lastMs) this.#shiftMs = this.#lastMs - timestampMs;
    this.#lastMs = timestampMs + this.#shiftMs;
    return this.#lastMs;
  }

  /** @returns what the frames' clock, as it is now set, shows at a steady time, ms. */
  frameTime(steadyMs: number): number {
    return steadyMs - this.#shiftMs;
  }
}
