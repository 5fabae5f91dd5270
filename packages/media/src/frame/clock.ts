/**
 * Milliseconds of the process's own clock: the one clock of frames, and of all that is measured or compared inside, in every
 * thread. It begins as the Unix epoch by the machine's clock and never jumps, so it stays wrong where that was wrong at first.
 */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** A smaller difference is the resolution of the machine's clock, not a correction. */
const MIN_CORRECTION_MS = 20;

/** Brings times of a steady clock to the Unix epoch, also after the machine's clock was set or the machine was suspended. */
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

/** A time that came from outside, Unix epoch milliseconds, as a time of `nowMs()`. */
export function fromEpochMs(epochMs: number): number {
  return epoch.fromEpoch(epochMs);
}
