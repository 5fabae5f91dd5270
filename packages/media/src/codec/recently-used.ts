export interface RecentlyUsedOptions<T> {
  /** How many are kept. */
  most: number;
  free: (value: T) => void;
}

interface Entry<T> {
  value: T;
  /** Counts up with each use of any. */
  lastUse: number;
}

/**
 * Things kept by key for their next use, within a bound: over it, the one used longest ago is freed. Their order is told by numbers, not by that of a `Map`: one that is deleted from and added to for each frame
 * makes its table anew every few frames, in memory that only a full garbage collection frees.
 */
export class RecentlyUsed<T> {
  readonly #options: RecentlyUsedOptions<T>;
  readonly #entries = new Map<string, Entry<T>>();
  #uses = 0;

  constructor(options: RecentlyUsedOptions<T>) {
    this.#options = options;
  }

  /** The thing of that key, made where there is none. */
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
