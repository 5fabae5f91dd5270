/** A phrase stays fulfilled over gaps shorter than this, ms: a single crop may be bad. */
const HOLD_MS = 2000;
/** A track that continues an object keeps its phrases until it is checked itself, for at most this long, ms. */
const AWAIT_MS = 10_000;

interface Fulfilled {
  readonly sinceMs: number;
  lastMs: number;
  holdMs: number;
}

/** The phrases that an object fulfils. They are checked at intervals, and the results may flicker. Steady time. */
export class PhraseMemory {
  readonly #fulfilled = new Map<string, Fulfilled>();

  /** @param keys of the phrases fulfilled at the last check */
  observe(keys: ReadonlySet<string> | undefined, nowMs: number): void {
    if (keys) for (const key of keys) this.#note(key, nowMs);
    for (const [key, { lastMs, holdMs }] of this.#fulfilled) {
      if (nowMs - lastMs >= holdMs) this.#fulfilled.delete(key);
    }
  }

  /** Another track, not checked yet, continues the object. */
  await(): void {
    for (const fulfilled of this.#fulfilled.values()) fulfilled.holdMs = AWAIT_MS;
  }

  /** Since when the phrase has been fulfilled; undefined: it is not. */
  sinceMs(key: string): number | undefined {
    return this.#fulfilled.get(key)?.sinceMs;
  }

  #note(key: string, nowMs: number): void {
    const known = this.#fulfilled.get(key);
    if (known) Object.assign(known, { lastMs: nowMs, holdMs: HOLD_MS });
    else this.#fulfilled.set(key, { sinceMs: nowMs, lastMs: nowMs, holdMs: HOLD_MS });
  }
}
