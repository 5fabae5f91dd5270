import type { LookoutError } from '@lookout/protocol';

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 5000;

/**
 * Keeps those away who would only wait for what is gone: after a failure nobody is let through for a pause, which doubles while it goes
 * on failing. Who comes first after it tries again.
 */
export class RetryGate {
  readonly #now: () => number;
  #pauseMs = 0;
  #untilMs = Number.NEGATIVE_INFINITY;
  #error: LookoutError | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws LookoutError the last failure, during the pause after it. */
  check(): void {
    if (this.#error && this.#now() < this.#untilMs) throw this.#error;
  }

  failed(error: LookoutError): void {
    this.#error = error;
    this.#pauseMs = Math.min(Math.max(FIRST_PAUSE_MS, this.#pauseMs * 2), MAX_PAUSE_MS);
    this.#untilMs = this.#now() + this.#pauseMs;
  }

  succeeded(): void {
    this.#error = undefined;
    this.#pauseMs = 0;
  }
}
