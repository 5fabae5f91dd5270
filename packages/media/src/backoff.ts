/** Why an attempt ended, as far as it matters for the next one. */
export type FailureKind =
  /** Trying soon may help: gone, stalled, refused at the moment. */
  | 'transient'
  /** Trying again won't help before somebody does something: wrong password, nothing usable there. */
  | 'persistent';

export interface BackoffOptions {
  /** Longest wait before the first retry. Default 250. */
  firstMs?: number;
  /** Longest wait of all. Default 15000. */
  maxMs?: number;
  /** Shortest wait after a persistent failure, so that an account is not locked by our attempts. Default 30000. */
  persistentMs?: number;
  maxPersistentMs?: number;
  /** A stream that ran so long counts as a success: the next failure is a first one. Default 5000. */
  successMs?: number;
  /** 0 ≤ x < 1. */
  random?: () => number;
}

/** Not less, or a camera that fails at once would be hammered by small random numbers. */
const MIN_DELAY_MS = 50;

/**
 * How long to wait before the next attempt: "full jitter", a random part of a bound that doubles with each failure
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), so that many cameras that died together do
 * not come back together. Pure: it knows no clock.
 */
export class Backoff {
  readonly #options: Required<BackoffOptions>;
  #failures = 0;
  #persistentFailures = 0;

  constructor(options: BackoffOptions = {}) {
    this.#options = {
      firstMs: 250,
      maxMs: 15_000,
      persistentMs: 30_000,
      maxPersistentMs: 300_000,
      successMs: 5000,
      random: Math.random,
      ...options,
    };
  }

  /**
   * Takes note of the end of an attempt.
   * @param liveMs how long pictures came; 0 when none came.
   * @returns milliseconds to wait.
   */
  failed(kind: FailureKind, liveMs: number): number {
    const { firstMs, maxMs, persistentMs, maxPersistentMs, successMs, random } = this.#options;
    if (liveMs > 0) this.#persistentFailures = 0;
    if (liveMs >= successMs) this.#failures = 0;
    if (kind === 'persistent') {
      const base = bound(persistentMs, maxPersistentMs, this.#persistentFailures++);
      return base + random() * Math.min(base, maxPersistentMs - base);
    }
    return Math.max(MIN_DELAY_MS, random() * bound(firstMs, maxMs, this.#failures++));
  }
}

/** `first` doubled `times` times, at most `max`. */
function bound(first: number, max: number, times: number): number {
  return Math.min(max, first * 2 ** Math.min(times, 30));
}
