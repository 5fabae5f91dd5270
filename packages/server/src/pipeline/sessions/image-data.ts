import { readStillHeader, type StillHeader, sniffStill } from '@lookout/media';
import { LookoutError } from '@lookout/protocol';

/** Maximum size of one image, bytes. */
export const MAX_IMAGE_BYTES = 10 * 1024 * 1024;
/** Maximum size of a message or body with a base64 image and its other fields, bytes. */
export const MAX_JSON_BYTES = Math.ceil(MAX_IMAGE_BYTES / 3) * 4 + 64 * 1024;

/** An image that may be sent to a worker: known format, size within limits. Not decoded yet. */
export interface ClientImage {
  bytes: Uint8Array;
  header: StillHeader;
}

/** Characters decoded per step. */
const BASE64_STEP_CHARACTERS = 64 * 1024;
/** Longest JSON escape, `\u0041`. */
const ESCAPE_BYTES = 6;
const BACKSLASH = 0x5c;

/**
 * Decodes `image_data`: base64, with or without line breaks, or a `data:` URL with base64.
 * @param text the string, or its bytes between the quotes of the JSON, including escapes, which are decoded in place
 * @throws LookoutError `frame_invalid`, `frame_too_large`
 */
export function decodeImageData(text: string | Uint8Array): Uint8Array {
  const json = typeof text === 'string' ? jsonBytes(text) : Buffer.from(text.buffer, text.byteOffset, text.length);
  const encoded = json.subarray(dataStart(json));
  if (encoded.length > MAX_JSON_BYTES) throw tooLarge((encoded.length / 4) * 3);
  const bytes = Buffer.allocUnsafe(Math.ceil(encoded.length / 4) * 3);
  let length = 0;
  let rest = '';
  for (let at = 0; at < encoded.length; ) {
    const end = stepEnd(encoded, at);
    const isLast = end === encoded.length;
    let letters = rest + unescaped(encoded.toString('latin1', at, end));
    let written = decodeLetters(letters, isLast, bytes, length);
    if (written === undefined) {
      // Base64 with line breaks, as in mail.
      letters = letters.replace(/\s+/g, '');
      written = decodeLetters(letters, isLast, bytes, length);
    }
    if (written === undefined) throw notBase64();
    length += written;
    rest = isLast ? '' : letters.slice(wholeGroups(letters));
    at = end;
  }
  return bytes.subarray(0, length);
}

/**
 * @returns number of bytes written; undefined if the letters are not all base64. An incomplete last group is decoded only if
 * `isLast`.
 */
function decodeLetters(letters: string, isLast: boolean, into: Buffer, at: number): number | undefined {
  const count = isLast ? unpaddedLength(letters) : wholeGroups(letters);
  const written = into.write(isLast ? letters : letters.slice(0, count), at, 'base64');
  // Node skips characters that are not base64, so fewer bytes result than expected.
  return written === Math.floor((count * 3) / 4) ? written : undefined;
}

/** Four letters encode three bytes. */
function wholeGroups(letters: string): number {
  return letters.length - (letters.length % 4);
}

function jsonBytes(text: string): Buffer {
  if (text.includes('\\')) throw notBase64();
  return Buffer.from(text);
}

/** Start of the base64 in a `data:` URL. */
function dataStart(json: Buffer): number {
  const head = json.toString('latin1', 0, 256);
  if (!head.startsWith('data:')) return 0;
  const comma = head.indexOf(',');
  if (comma === -1 || !head.slice(0, comma).endsWith(';base64')) {
    throw new LookoutError('frame_invalid', 'The image is a data: URL without ";base64,"');
  }
  return comma + 1;
}

/** End of the next step, moved so as not to split an escape. */
function stepEnd(json: Buffer, at: number): number {
  const end = at + BASE64_STEP_CHARACTERS;
  if (end >= json.length) return json.length;
  const escapeAt = json.subarray(end - ESCAPE_BYTES, end).indexOf(BACKSLASH);
  return escapeAt === -1 ? end : end - ESCAPE_BYTES + escapeAt;
}

/** Many JSON writers escape `/` or `+`. */
function unescaped(step: string): string {
  if (!step.includes('\\')) return step;
  try {
    return JSON.parse(`"${step}"`);
  } catch {
    throw notBase64();
  }
}

/**
 * Reads an image's header.
 * @throws LookoutError `frame_invalid`, `frame_too_large`
 */
export function readClientImage(bytes: Uint8Array): ClientImage {
  if (bytes.length > MAX_IMAGE_BYTES) throw tooLarge(bytes.length);
  return { bytes, header: readStillHeader(bytes) };
}

export function isPicture(bytes: Uint8Array): boolean {
  return sniffStill(bytes) !== undefined;
}

function unpaddedLength(letters: string): number {
  let { length } = letters;
  while (length > 0 && letters[length - 1] === '=') length--;
  return length;
}

function notBase64(): LookoutError {
  return new LookoutError('frame_invalid', 'The image is not valid base64');
}

function tooLarge(bytes: number): LookoutError {
  const megabytes = (count: number) => (count / 1024 / 1024).toFixed(1);
  return new LookoutError(
    'frame_too_large',
    `The image of ${megabytes(bytes)} MB exceeds the limit of ${megabytes(MAX_IMAGE_BYTES)} MB`,
    { hint: 'Send a smaller image: the model uses at most 640 pixels per side.' },
  );
}

/** Maximum bytes of client images held at once, over all sessions and single requests. */
const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;

/** Limits the total size of client images that wait for a worker or are being analysed. */
export class ImageMemory {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = DEFAULT_MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes currently held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @returns whether there is room; each `true` must be followed by one `giveBack` of the same size */
  take(bytes: number): boolean {
    if (this.#bytes + bytes > this.#maxBytes) return false;
    this.#bytes += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#bytes -= bytes;
  }
}
