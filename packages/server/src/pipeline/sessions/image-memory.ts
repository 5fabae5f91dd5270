/** Most bytes of clients' pictures held at once, over all sessions and single requests. */
const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;

/** Bounds what the pictures of all clients that wait for a worker, or are in one, may take together. */
export class ImageMemory {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = DEFAULT_MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @returns whether there is room; each `true` ends with one `giveBack` of the same. */
  take(bytes: number): boolean {
    if (this.#bytes + bytes > this.#maxBytes) return false;
    this.#bytes += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#bytes -= bytes;
  }
}
