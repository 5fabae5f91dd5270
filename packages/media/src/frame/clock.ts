/**
 * Milliseconds of the process's own clock, which all threads use for frames and for everything measured or compared internally. It starts
 * at the Unix epoch time of the machine's clock and never jumps, so if that was wrong at the start, it stays wrong.
 */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** A smaller difference is the machine's clock resolution, not a correction. */
const MIN_CORRECTION_MS = 20;

/** Converts times of a steady clock to the Unix epoch, also after the machine's clock was set or the machine was suspended. */
export class EpochClock {
  readonly #steadyMs: () => number;
  readonly #epochMs: () => number;
  #correctionMs = 0;

  constructor(steadyMs: () => number = nowMs, epochMs: () => number = () => Date.now()) {
    this.#steadyMs = steadyMs;
    this.#epochMs = epochMs;
  }

  toEpoch(steadyMs: number): number {
    return steadyMs + this.#correction();
  }

  fromEpoch(epochMs: number): number {
    return epochMs - this.#correction();
  }

  #correction(): number {
    const correctionMs = this.#epochMs() - this.#steadyMs();
    if (Math.abs(correctionMs - this.#correctionMs) > MIN_CORRECTION_MS) this.#correctionMs = correctionMs;
    return this.#correctionMs;
  }
}

const epoch = new EpochClock();

/** A time of `nowMs()` as Unix epoch milliseconds, for everything that leaves the process. */
export function toEpochMs(timeMs: number): number {
  return epoch.toEpoch(timeMs);
}

/** Converts a time from outside, Unix epoch milliseconds, to a time of `nowMs()`. */
export function fromEpochMs(epochMs: number): number {
  return epoch.fromEpoch(epochMs);
}
