/**
 * The least of the values of late: of the last one to two windows of time, in constant memory. Times come in; they may stand
 * still.
 */
export class WindowedMinimum {
  readonly #windowMs: number;
  /** Of the window under way, and of the one before it. */
  #least = Number.POSITIVE_INFINITY;
  #leastBefore = Number.POSITIVE_INFINITY;
  #endsMs = Number.NEGATIVE_INFINITY;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  add(value: number, nowMs: number): void {
    this.#turn(nowMs);
    this.#least = Math.min(this.#least, value);
  }

  /** Infinity while there is none. */
  get(nowMs: number): number {
    this.#turn(nowMs);
    return Math.min(this.#least, this.#leastBefore);
  }

  reset(): void {
    this.#least = Number.POSITIVE_INFINITY;
    this.#leastBefore = Number.POSITIVE_INFINITY;
  }

  #turn(nowMs: number): void {
    if (nowMs < this.#endsMs) return;
    // After a pause longer than a window, what was before says nothing.
    this.#leastBefore = nowMs - this.#endsMs < this.#windowMs ? this.#least : Number.POSITIVE_INFINITY;
    this.#least = Number.POSITIVE_INFINITY;
    this.#endsMs = nowMs + this.#windowMs;
  }
}
