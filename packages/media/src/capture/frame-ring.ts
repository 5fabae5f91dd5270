/**
 * Unretained frames that are kept while requests for them are on the way from the main thread. Live video arrives in bursts: a smaller
 * number would lose the first frames of a burst before anyone could request them.
 */
const MAX_UNRETAINED = 6;
/** Including retained frames. Decoded video is large (3 MB at 1080p). */
const MAX_FRAMES = 10;

interface Entry<T> {
  value: T;
  holders: number;
}

/**
 * The newest decoded frames of one camera, and the retained ones. The total is bounded: above the limit the oldest frame goes, retained or
 * not, and later requests for it fail.
 */
export class FrameRing<T> {
  readonly #entries = new Map<number, Entry<T>>();
  readonly #free: (value: T) => void;
  #nextId = 0;

  constructor(free: (value: T) => void) {
    this.#free = free;
  }

  get size(): number {
    return this.#entries.size;
  }

  get retainedCount(): number {
    let count = 0;
    for (const { holders } of this.#entries.values()) if (holders > 0) count++;
    return count;
  }

  /** @returns the frame's id: 0, 1, 2 … */
  add(value: T): number {
    const id = this.#nextId++;
    this.#entries.set(id, { value, holders: 0 });
    this.#trim();
    return id;
  }

  get(id: number): T | undefined {
    return this.#entries.get(id)?.value;
  }

  retain(id: number): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.holders++;
  }

  release(id: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.holders === 0) return;
    entry.holders--;
    this.#trim();
  }

  clear(): void {
    for (const { value } of this.#entries.values()) this.#free(value);
    this.#entries.clear();
  }

  #trim(): void {
    let unretained = this.#entries.size - this.retainedCount;
    for (const [id, { holders }] of this.#entries) {
      if (unretained <= MAX_UNRETAINED) break;
      if (holders > 0) continue;
      this.#remove(id);
      unretained--;
    }
    for (const id of this.#entries.keys()) {
      if (this.#entries.size <= MAX_FRAMES) break;
      this.#remove(id);
    }
  }

  #remove(id: number): void {
    const entry = this.#entries.get(id)!;
    this.#entries.delete(id);
    this.#free(entry.value);
  }
}
