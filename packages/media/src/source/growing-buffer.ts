import { LookoutError } from '@lookout/protocol/core';

const INITIAL_BYTES = 65_536;
/** Memory up to this size is kept, even if the picture was much smaller. */
const KEPT_BYTES = 262_144;

/** Collects the pieces of one picture. Its memory grows, and is reused for the next picture. */
export class GrowingBuffer {
  readonly #maxBytes: number;
  #bytes = new Uint8Array(INITIAL_BYTES);
  #length = 0;

  constructor(maxBytes = Number.POSITIVE_INFINITY) {
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#length;
  }

  /**
   * @param bytes may be overwritten afterwards.
   * @throws LookoutError `source_protocol_error` when the picture exceeds `maxBytes`.
   */
  append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#maxBytes)
      throw new LookoutError('source_protocol_error', `The camera sent a picture of more than ${this.#maxBytes} bytes`);
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(this.#maxBytes, Math.max(needed, 2 * this.#bytes.length)));
      grown.set(this.view());
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = needed;
  }

  /** The bytes from `start` on, valid until the next `append` or `clear`. */
  view(start = 0): Uint8Array {
    return this.#bytes.subarray(start, this.#length);
  }

  /** A copy, with the parts of `prefix` before it, in an `ArrayBuffer` of exactly its size. */
  copy(prefix: readonly Uint8Array[] = []): Uint8Array<ArrayBuffer> {
    const prefixLength = prefix.reduce((sum, part) => sum + part.length, 0);
    const copy = new Uint8Array(prefixLength + this.#length);
    let at = 0;
    for (const part of prefix) {
      copy.set(part, at);
      at += part.length;
    }
    copy.set(this.view(), at);
    return copy;
  }

  /** Removes everything after the first `length` bytes. */
  truncate(length: number): void {
    this.#length = length;
  }

  clear(): void {
    // A camera sends pictures of about the same size: memory that one huge picture needed is released after the next picture.
    if (this.#length > 0 && this.#bytes.length > Math.max(KEPT_BYTES, 8 * this.#length))
      this.#bytes = new Uint8Array(INITIAL_BYTES);
    this.#length = 0;
  }
}
