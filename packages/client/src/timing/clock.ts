import { shiftWhile } from './shift-while.js';

/** The SDK's source of time, passed in so that tests control it. */
export interface Clock {
  /** Unix epoch milliseconds, with fractions. */
  now(): number;
}

/** `Date.now()` with the sub-millisecond resolution of `performance.now()`. */
export const systemClock: Clock = { now: () => performance.timeOrigin + performance.now() };

/**
 * Estimates how far the server's clock is ahead of ours from ping/pong exchanges.
 *
 * A pong that left the server at `t1` bounds the offset by [t1 − t2, t1 − t0]; the middle is the estimate and half the
 * round trip its error (Cristian, "Probabilistic clock synchronization", 1989). Of the last minute's samples, the one with the
 * shortest round trip is used, since queueing only ever lengthens a round trip.
 */
export class ClockOffset {
  readonly #samples: Sample[] = [];

  constructor(
    private readonly maxSamples = 16,
    private readonly maxAgeMs = 60_000,
  ) {}

  /**
   * @param t0 ping sent, our clock, ms
   * @param t1 pong sent, server's clock, ms
   * @param t2 pong received, our clock, ms
   * @returns false if the exchange is impossible (received before sent) and was ignored
   */
  add(t0: number, t1: number, t2: number): boolean {
    const roundTripMs = t2 - t0;
    if (!Number.isFinite(t1) || !(roundTripMs >= 0)) return false;
    const sample = { offsetMs: t1 - (t0 + t2) / 2, roundTripMs, at: t2 };
    // Contradictory bounds mean that one of the clocks was set in the meantime (or the machine slept): earlier samples are invalid.
    const best = this.#best();
    if (best && !overlap(best, sample)) this.#samples.length = 0;
    this.#samples.push(sample);
    if (this.#samples.length > this.maxSamples) this.#samples.shift();
    shiftWhile(this.#samples, ({ at }) => at < t2 - this.maxAgeMs);
    return true;
  }

  /** Server clock minus ours, ms; 0 until the first exchange. */
  get offsetMs(): number {
    return this.#best()?.offsetMs ?? 0;
  }

  /** Shortest round trip of the window, ms; undefined until the first exchange. The offset is accurate to within half of it. */
  get roundTripMs(): number | undefined {
    return this.#best()?.roundTripMs;
  }

  /** Converts our time to the server's clock, ms. */
  toServer(localMs: number): number {
    return localMs + this.offsetMs;
  }

  #best(): Sample | undefined {
    let best: Sample | undefined;
    for (const sample of this.#samples) if (!best || sample.roundTripMs <= best.roundTripMs) best = sample;
    return best;
  }
}

interface Sample {
  offsetMs: number;
  roundTripMs: number;
  at: number;
}

// Clocks drift apart by up to about 50 ppm: 3 ms in the minute that a sample is kept.
const DRIFT_MS = 3;

function overlap(a: Sample, b: Sample): boolean {
  return Math.abs(a.offsetMs - b.offsetMs) <= (a.roundTripMs + b.roundTripMs) / 2 + DRIFT_MS;
}
