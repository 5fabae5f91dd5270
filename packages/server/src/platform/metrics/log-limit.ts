/** What repeats with every frame must not fill the disk, ms. */
const LOG_INTERVAL_MS = 10_000;

/** Limits how often something that may repeat with every frame is logged: at once, then once per interval, with how often it happened. */
export class LogLimit {
  readonly #now: () => number;
  #count = 0;
  #loggedMs = Number.NEGATIVE_INFINITY;

  /** @param now monotonic, ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** It happened once more. @returns how often it did since it was last logged, to be logged now; undefined: not now */
  count(): number | undefined {
    this.#count++;
    const nowMs = this.#now();
    if (nowMs - this.#loggedMs < LOG_INTERVAL_MS) return undefined;
    const count = this.#count;
    this.#count = 0;
    this.#loggedMs = nowMs;
    return count;
  }
}
