const LAST_PRINTABLE_ASCII = 0x7e;

/** Assembles one line, latin-1, from pieces. */
export class LineReader {
  readonly #maxBytes: number;
  /** `undefined` while a line is skipped. */
  #line: string | undefined = '';

  /** @param maxBytes longer lines are skipped. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Nothing of the line has been read. */
  get isEmpty(): boolean {
    return this.#line === '';
  }

  /** @param skipBinary skip a line that does not begin with ASCII: the rest of a picture. */
  append(chunk: Buffer, start: number, end: number, skipBinary: boolean): void {
    if (this.#line === undefined || end === start) return;
    const isTooLong = this.#line.length + end - start > this.#maxBytes;
    const isBinary = skipBinary && this.#line === '' && chunk.readUInt8(start) > LAST_PRINTABLE_ASCII;
    if (isTooLong || isBinary) this.#line = undefined;
    else this.#line += chunk.toString('latin1', start, end);
  }

  /** @returns the finished line without surrounding CR, NUL and spaces, `undefined` if it was skipped; starts the next one. */
  take(): string | undefined {
    const line = this.#line;
    this.#line = '';
    return line === undefined ? undefined : trimPadding(line);
  }

  /** Starts a new line. @param begun its characters that were read already. */
  restart(begun = ''): void {
    this.#line = begun;
  }
}

/** The delimiter lines of a multipart stream, as cameras write them (RFC 2046 5.1.1 allows less). */
export class Delimiter {
  #boundary: string | undefined;

  /** @param contentType of the response; without a boundary in it, the first delimiter seen counts. */
  constructor(contentType: string) {
    this.#boundary = announcedBoundary(contentType);
  }

  /**
   * Whether a line begins a part; one that ends the stream does not.
   * @param line without the padding around it.
   * @param inParts a part was seen: before that, another boundary than the announced one is taken for it.
   */
  matches(line: string, inParts: boolean): boolean {
    const name = delimiterName(line);
    if (name === undefined) return false;
    if (name !== this.#boundary) {
      if (inParts || name === `${this.#boundary}--`) return false;
      // Cameras announce one boundary and write another.
      this.#boundary = name;
    }
    return true;
  }
}

/**
 * The `boundary` parameter of a multipart Content-Type, without quotes and leading dashes; `undefined` when there is none.
 *
 * Cameras write it quoted and bare, with the two dashes of the delimiter already in it, or ending in dashes.
 * @example announcedBoundary('multipart/x-mixed-replace; boundary="--myboundary"') // 'myboundary'
 */
function announcedBoundary(contentType: string): string | undefined {
  const match = /;\s*boundary\s*=\s*(?:"([^"]*)"?|([^;]*))/i.exec(contentType);
  const value = withoutLeadingDashes((match?.[1] ?? match?.[2] ?? '').trim());
  return value === '' ? undefined : value;
}

/** A delimiter line without its leading dashes; `undefined` for a line that cannot be one. */
function delimiterName(line: string): string | undefined {
  if (!line.startsWith('--')) return undefined;
  const name = withoutLeadingDashes(line);
  return /^[\x20-\x7e]{1,200}$/.test(name) ? name : undefined;
}

function withoutLeadingDashes(value: string): string {
  return value.replace(/^-+/, '');
}

/** Types of parts that are certainly no JPEG. `application/octet-stream` is left out: cameras put pictures in it. */
const FOREIGN_TYPE = /^(?:text|video|audio)\/|^application\/(?!octet-stream)/;

/** The headers of one part, as far as they matter. Names in any case, values with any padding. */
export class PartHeaders {
  /** Lower case, without parameters; empty when not given. */
  contentType = '';
  /** Bytes; `undefined` when not given or no number. */
  contentLength: number | undefined;
  readonly #maxBytes: number;
  #bytes = 0;

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
    return FOREIGN_TYPE.test(this.contentType);
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
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'content-type') this.contentType = (value.split(';')[0] ?? '').trim().toLowerCase();
    else if (name === 'content-length' && /^\d{1,15}$/.test(value)) this.contentLength = Number(value);
    return true;
  }
}

/** By hand: a regular expression backtracks over runs of padding in the middle. */
function trimPadding(line: string): string {
  let start = 0;
  let end = line.length;
  while (start < end && isPadding(line.charCodeAt(start))) start += 1;
  while (end > start && isPadding(line.charCodeAt(end - 1))) end -= 1;
  return line.slice(start, end);
}

function isPadding(code: number): boolean {
  return code === 0 || code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
