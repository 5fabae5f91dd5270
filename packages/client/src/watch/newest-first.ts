/**
 * Passes values to a slow consumer: at most `concurrency` at once, while one more waits. A newer value replaces the
 * waiting one (newest wins), so the consumer never works through a backlog.
 */
export class NewestFirst<T> {
  #waiting: { value: T } | undefined;
  #active = 0;

  /**
   * @param consume called with each value taken; the next is taken when its promise settles. Must not reject.
   * @param onReplaced called with each value that a newer one replaced, exactly once per value that was not consumed
   */
  constructor(
    private readonly consume: (value: T) => Promise<void>,
    private readonly onReplaced: (value: T) => void,
    private readonly concurrency = 1,
  ) {}

  /** Number of values waiting for the consumer: 0 or 1. */
  get waiting(): number {
    return this.#waiting ? 1 : 0;
  }

  put(value: T): void {
    if (this.#active < this.concurrency) {
      this.#start(value);
      return;
    }
    const replaced = this.#waiting;
    this.#waiting = { value };
    if (replaced) this.onReplaced(replaced.value);
  }

  /** Drops the waiting value. */
  clear(): void {
    const replaced = this.#waiting;
    this.#waiting = undefined;
    if (replaced) this.onReplaced(replaced.value);
  }

  #start(value: T): void {
    this.#active++;
    void this.consume(value).finally(() => {
      this.#active--;
      const next = this.#waiting;
      this.#waiting = undefined;
      if (next) this.#start(next.value);
    });
  }
}

/** Keeps the media loop running while a consumer's error stays visible, like that of an event listener. */
export function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
