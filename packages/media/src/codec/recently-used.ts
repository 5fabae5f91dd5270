export interface RecentlyUsedOptions<T> {
  /** What all may weigh together. */
  most: number;
  /** Absent: each weighs 1. */
  weigh?: (value: T) => number;
  free: (value: T) => void;
}

interface Entry<T> {
  value: T;
  weight: number;
  /** Counts up with each use of any. */
  lastUse: number;
}

/**
 * Things kept by key for their next use, all together within a bound: over it, the one used longest ago is freed, but never the
 * one just taken. Their order is told by numbers, not by that of a `Map`: one that is deleted from and added to for each frame
 * makes its table anew every few frames, in memory that only a full garbage collection frees.
 */
export class RecentlyUsed<T> {
  readonly #options: RecentlyUsedOptions<T>;
  readonly #entries = new Map<string, Entry<T>>();
  #weight = 0;
  #uses = 0;

  constructor(options: RecentlyUsedOptions<T>) {
    this.#options = options;
  }

  /** The thing of that key, made where there is none. */
  take(key: string, create: () => T): T {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const value = create();
      entry = { value, weight: this.#options.weigh?.(value) ?? 1, lastUse: 0 };
      this.#entries.set(key, entry);
      this.#weight += entry.weight;
    }
    entry.lastUse = ++this.#uses;
    while (this.#weight > this.#options.most && this.#entries.size > 1) this.#freeOldest();
    return entry.value;
  }

  free(): void {
    for (const { value } of this.#entries.values()) this.#options.free(value);
    this.#entries.clear();
    this.#weight = 0;
  }

  #freeOldest(): void {
    const [key, oldest] = [...this.#entries].reduce((a, b) => (b[1].lastUse < a[1].lastUse ? b : a));
    this.#entries.delete(key);
    this.#weight -= oldest.weight;
    this.#options.free(oldest.value);
  }
}
