export interface BackoffOptions {
  /** Maximum first wait, ms. */
  baseMs?: number;
  /** Maximum wait, ms. */
  maxMs?: number;
  /** Uniform in [0, 1). */
  random?: () => number;
}

/**
 * Waits between attempts. They double up to a maximum, and each is drawn from the upper half below it, so that a thousand viewers of a
 * restarted server, or ten cameras behind one switch, do not come back at the same instant.
 */
export class Backoff {
  readonly #baseMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #attempt = 0;

  constructor({ baseMs = 250, maxMs = 10_000, random = Math.random }: BackoffOptions = {}) {
    if (!(baseMs > 0 && maxMs >= baseMs)) throw new RangeError(`Expected 0 < baseMs ≤ maxMs, got ${baseMs}, ${maxMs}`);
    this.#baseMs = baseMs;
    this.#maxMs = maxMs;
    this.#random = random;
  }

  /** Attempts since the last success. */
  get attempt(): number {
    return this.#attempt;
  }

  /** @returns how long to wait before the next attempt, ms */
  next(): number {
    // 2^30 × 1 ms is over any maximum; capping the exponent here avoids an overflow.
    const ceiling = Math.min(this.#maxMs, this.#baseMs * 2 ** Math.min(this.#attempt, 30));
    this.#attempt++;
    return ceiling * (0.5 + this.#random() / 2);
  }

  /** Call it on success. */
  reset(): void {
    this.#attempt = 0;
  }
}
