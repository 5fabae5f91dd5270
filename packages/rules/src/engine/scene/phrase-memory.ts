/** A phrase that is not reported for less than this, ms, is still fulfilled: one crop in between may be a bad one. */
const HOLD_MS = 2000;
/** A track that continues an object is looked at anew; until then it is what the object was, for at most this long, ms. */
const AWAIT_MS = 10_000;

interface Fulfilled {
  readonly sinceMs: number;
  lastMs: number;
  holdMs: number;
}

/** The phrases that an object fulfils, which are judged now and then and may flicker. Steady time. */
export class PhraseMemory {
  readonly #fulfilled = new Map<string, Fulfilled>();

  /** @param keys of what it fulfils by its last judgement. */
  observe(keys: ReadonlySet<string> | undefined, nowMs: number): void {
    if (keys) for (const key of keys) this.#note(key, nowMs);
    for (const [key, { lastMs, holdMs }] of this.#fulfilled) {
      if (nowMs - lastMs >= holdMs) this.#fulfilled.delete(key);
    }
  }

  /** Another track continues the object, of which nothing is known yet. */
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
