/** Tells when nothing has happened for a while. */
export class IdleTimer {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isIdle = false;

  /** @param onChange told when it becomes idle, and when it ends */
  constructor(
    private readonly afterMs: number,
    private readonly onChange: (isIdle: boolean) => void,
  ) {
    this.wake();
  }

  /** Something happens: the time begins anew. */
  wake(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(true), this.afterMs);
    this.#tell(false);
  }

  /** Ends it, not idle. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#tell(false);
  }

  #tell(isIdle: boolean): void {
    if (isIdle === this.#isIdle) return;
    this.#isIdle = isIdle;
    this.onChange(isIdle);
  }
}
