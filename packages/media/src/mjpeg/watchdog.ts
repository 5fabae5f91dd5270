import type { LookoutError } from '@lookout/protocol';

/** Aborts its signal when it is not touched in time. One timer, moved and not made anew at each touch. */
export class Watchdog {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Begins to wait, in place of what it waited for before. @param reason what the signal is aborted with. */
  start(timeoutMs: number, reason: () => LookoutError): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(reason()), timeoutMs);
  }

  touch(): void {
    this.#timer?.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
