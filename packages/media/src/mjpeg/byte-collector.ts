/** Views shorter than this are copied together: a list of one-byte views would weigh more than the picture. */
const MIN_VIEW_BYTES = 512;
const TAIL_BYTES = 16_384;

/**
 * Gathers the pieces of one picture without copying them, and joins them once at the end. Pieces are kept as views, so the
 * chunks they come from live until `take` or `reset`.
 */
export class ByteCollector {
  #pieces: Uint8Array[] = [];
  #tail: Uint8Array | undefined;
  #tailUsed = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(view: Uint8Array): void {
    if (view.length === 0) return;
    this.#length += view.length;
    if (view.length >= MIN_VIEW_BYTES) {
      this.#closeTail();
      this.#pieces.push(view);
      return;
    }
    if (this.#tail !== undefined && this.#tail.length - this.#tailUsed < view.length) this.#closeTail();
    this.#tail ??= new Uint8Array(TAIL_BYTES);
    this.#tail.set(view, this.#tailUsed);
    this.#tailUsed += view.length;
  }

  /** @returns all bytes in an `ArrayBuffer` of exactly their size, and empties the collector. */
  take(): Uint8Array<ArrayBuffer> {
    this.#closeTail();
    // Not zeroed first: every byte is written below.
    const joined = Buffer.allocUnsafeSlow(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      joined.set(piece, at);
      at += piece.length;
    }
    this.reset();
    return new Uint8Array(joined.buffer);
  }

  reset(): void {
    this.#pieces = [];
    this.#tail = undefined;
    this.#tailUsed = 0;
    this.#length = 0;
  }

  #closeTail(): void {
    if (this.#tail === undefined) return;
    this.#pieces.push(this.#tail.subarray(0, this.#tailUsed));
    // A full tail is given away; of a half empty one the rest is still good.
    const rest = this.#tail.subarray(this.#tailUsed);
    this.#tail = rest.length >= MIN_VIEW_BYTES ? rest : undefined;
    this.#tailUsed = 0;
  }
}
