/** Counts failed attempts per address in fixed windows. Bounded: when full, the address that failed longest ago is forgotten. */
export class AttemptLimiter {
  readonly #maxFailures: number;
  readonly #windowMs: number;
  readonly #maxAddresses: number;
  readonly #failures = new Map<string, { count: number; untilMs: number }>();

  constructor({ maxFailures = 10, windowMs = 60_000, maxAddresses = 10_000 } = {}) {
    this.#maxFailures = maxFailures;
    this.#windowMs = windowMs;
    this.#maxAddresses = maxAddresses;
  }

  /** Milliseconds until `address` may try again; 0: now. */
  waitMs(address: string, nowMs: number): number {
    const entry = this.#failures.get(address);
    if (entry === undefined || entry.untilMs <= nowMs || entry.count < this.#maxFailures) return 0;
    return entry.untilMs - nowMs;
  }

  fail(address: string, nowMs: number): void {
    const last = this.#failures.get(address);
    const entry = last && last.untilMs > nowMs ? last : { count: 0, untilMs: nowMs + this.#windowMs };
    entry.count++;
    this.#failures.delete(address); // Re-inserted at the end: the map is in order of the last failure.
    this.#failures.set(address, entry);
    if (this.#failures.size > this.#maxAddresses) {
      this.#failures.delete(this.#failures.keys().next().value!);
    }
  }

  succeed(address: string): void {
    this.#failures.delete(address);
  }
}
