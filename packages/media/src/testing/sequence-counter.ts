/** Counts packets that are missing between those that arrived, by their sequence numbers of 16 bits. */
export class SequenceCounter {
  /** The first number that counts, and the newest; without wraps. */
  #first: number | undefined;
  #newest: number | undefined;
  #arrived = 0;

  /** Packets that have not come (yet). */
  get lost(): number {
    if (this.#newest === undefined || this.#first === undefined) return 0;
    // Packets that come twice do not make up for others.
    return Math.max(0, this.#newest - this.#first + 1 - this.#arrived);
  }

  arrived(sequenceNumber: number): void {
    const newest = this.#newest ?? sequenceNumber;
    const unwrapped = newest + (((sequenceNumber - newest + 0x8000) & 0xffff) - 0x8000);
    this.#newest = Math.max(newest, unwrapped);
    this.#first ??= unwrapped;
    if (unwrapped >= this.#first) this.#arrived += 1;
  }

  /** Counts from the next new number on: what was sent before and comes later says nothing about what is sent from now on. */
  reset(): void {
    this.#first = this.#newest === undefined ? undefined : this.#newest + 1;
    this.#arrived = 0;
  }
}
