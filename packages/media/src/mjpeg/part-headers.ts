/** Types of parts that are certainly no JPEG. `application/octet-stream` is left out: cameras put pictures in it. */
const FOREIGN = /^(?:text|video|audio)\/|^application\/(?!octet-stream)/;

/** The begin of those headers that matter. */
const CONTENT = /^\s*content-/i;

/** The headers of one part, as far as they matter. Names in any case, values with any padding. */
export class PartHeaders {
  /** Lower case, without parameters; empty when not given. */
  contentType = '';
  /** Bytes; `undefined` when not given or no number. */
  contentLength: number | undefined;
  readonly #maxBytes: number;
  #bytes = 0;
  /** Nearly all parts of a stream are of the same type. */
  #lastType: { line: string; type: string } | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  static isHeader(line: string): boolean {
    return /^(?:content|x)-[a-z-]+[ \t]*:/i.test(line);
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  get isForeign(): boolean {
    return FOREIGN.test(this.contentType);
  }

  reset(): void {
    this.contentType = '';
    this.contentLength = undefined;
    this.#bytes = 0;
  }

  /** @returns false when the headers are too long. A line without a colon is ignored. */
  add(line: string): boolean {
    this.#bytes += line.length + 1;
    if (this.#bytes > this.#maxBytes) return false;
    const known = this.#lastType;
    if (line === known?.line) this.contentType = known.type;
    else if (CONTENT.test(line)) this.#read(line);
    return true;
  }

  #read(line: string): void {
    const colon = line.indexOf(':');
    if (colon < 0) return;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'content-type') {
      this.contentType = (value.split(';')[0] ?? '').trim().toLowerCase();
      this.#lastType = { line, type: this.contentType };
    } else if (name === 'content-length' && /^\d{1,15}$/.test(value)) this.contentLength = Number(value);
  }
}
