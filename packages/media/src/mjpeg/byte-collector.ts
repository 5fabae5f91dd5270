/** What is kept for the next picture even if this one was much smaller. */
const KEPT_BYTES = 262_144;

/**
 * Gathers the pieces of one picture in one buffer, which grows and is used again for the next picture, so that pieces may lie in a buffer
 * that is used again as well.
 */
export class ByteCollector {
  #buffer = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(view: Uint8Array): void {
    const needed = this.#length + view.length;
    if (needed > this.#buffer.length) this.#grow(needed);
    this.#buffer.set(view, this.#length);
    this.#length = needed;
  }

  /** @returns all bytes in an `ArrayBuffer` of exactly their size, and empties the collector. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = ownCopy(this.#buffer.subarray(0, this.#length));
    // A camera sends pictures of about one size: what one huge picture needed is given back with the next.
    if (this.#buffer.length > Math.max(KEPT_BYTES, 8 * this.#length)) this.#buffer = new Uint8Array(0);
    this.reset();
    return taken;
  }

  reset(): void {
    this.#length = 0;
  }

  #grow(needed: number): void {
    const grown = unzeroed(Math.max(needed, 2 * this.#buffer.length));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}

/** A copy in an `ArrayBuffer` of exactly its size. */
export function ownCopy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = unzeroed(bytes.length);
  copy.set(bytes);
  return copy;
}

/** For what is written over at once. */
function unzeroed(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
