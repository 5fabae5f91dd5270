/** The delimiter lines of a multipart stream, as cameras write them (RFC 2046 5.1.1 allows less). */
export class Delimiter {
  #boundary: string | undefined;
  /** The last line that was found to be one: nearly all are the same. */
  #lastLine: string | undefined;

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
    if (line === this.#lastLine) return true;
    const name = delimiterName(line);
    if (name === undefined) return false;
    if (name !== this.#boundary) {
      if (inParts || name === `${this.#boundary}--`) return false;
      // Cameras announce one boundary and write another.
      this.#boundary = name;
    }
    this.#lastLine = line;
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
  return isPrintable(name) ? name : undefined;
}

function withoutLeadingDashes(value: string): string {
  return value.replace(/^-+/, '');
}

function isPrintable(value: string): boolean {
  return /^[\x20-\x7e]{1,200}$/.test(value);
}
