export interface RecentlyUsedOptions<T> {
  /** Maximum number kept. */
  most: number;
  free: (value: T) => void;
}

interface Entry<T> {
  value: T;
  /** Counter value at the last use. */
  lastUse: number;
}

/**
 * A bounded cache: when full, the least recently used value is freed. Order is kept by counter, not by insertion order of the `Map`:
 * deleting and re-adding a key for every frame makes it rebuild its table every few frames, in memory that only a full garbage collection
 * frees.
 */
export class RecentlyUsed<T> {
  readonly #options: RecentlyUsedOptions<T>;
  readonly #entries = new Map<string, Entry<T>>();
  #uses = 0;

  constructor(options: RecentlyUsedOptions<T>) {
    this.#options = options;
  }

  /** The value of that key, created if missing. */
  take(key: string, create: () => T): T {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { value: create(), lastUse: 0 };
      this.#entries.set(key, entry);
    }
    entry.lastUse = ++this.#uses;
    if (this.#entries.size > this.#options.most) this.#freeOldest();
    return entry.value;
  }

  free(): void {
    for (const { value } of this.#entries.values()) this.#options.free(value);
    this.#entries.clear();
  }

  #freeOldest(): void {
    const [key, oldest] = [...this.#entries].reduce((a, b) => (b[1].lastUse < a[1].lastUse ? b : a));
    this.#entries.delete(key);
    this.#options.free(oldest.value);
  }
}
