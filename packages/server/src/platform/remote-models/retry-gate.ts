import type { LookoutError } from '@lookout/protocol';

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 5000;

/**
 * Pauses retries after a failure, so that callers fail fast instead of waiting for a server that is down. The pause doubles with
 * each further failure; the first call after it tries again.
 */
export class RetryGate {
  readonly #now: () => number;
  #pauseMs = 0;
  #untilMs = Number.NEGATIVE_INFINITY;
  #error: LookoutError | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws LookoutError the last failure, during the pause after it */
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
