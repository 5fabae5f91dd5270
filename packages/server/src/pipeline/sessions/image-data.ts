import { readStillHeader, type StillHeader, sniffStill } from '@lookout/media';
import { LookoutError } from '@lookout/protocol';

/** Most bytes of one picture. */
export const MAX_IMAGE_BYTES = 10 * 1024 * 1024;
/** Most bytes of a message or body with a picture in base64 and the fields beside it. */
export const MAX_JSON_BYTES = Math.ceil(MAX_IMAGE_BYTES / 3) * 4 + 64 * 1024;

/** A picture that may be handed to a worker: of a known format and a size within the limits. Nothing is decoded yet. */
export interface ClientImage {
  bytes: Uint8Array;
  header: StillHeader;
}

/** Characters decoded at once. */
const BASE64_STEP_CHARACTERS = 64 * 1024;
/** The longest escape of JSON, `\u0041`. */
const ESCAPE_BYTES = 6;
const BACKSLASH = 0x5c;

/**
 * The bytes behind `image_data`: base64, with or without line breaks, or a `data:` URL of it.
 * @param text or its bytes between the quotes of the JSON, escapes included; they are decoded as they lie there.
 * @throws LookoutError `frame_invalid`, `frame_too_large`.
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
      // Lines, as mail has them.
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

/** @returns the bytes written; undefined where the letters are not all base64. Those of a last, broken group are left unless `isLast`. */
function decodeLetters(letters: string, isLast: boolean, into: Buffer, at: number): number | undefined {
  const count = isLast ? unpaddedLength(letters) : wholeGroups(letters);
  const written = into.write(isLast ? letters : letters.slice(0, count), at, 'base64');
  // Node passes over what is not base64: then fewer bytes come out than the letters make.
  return written === Math.floor((count * 3) / 4) ? written : undefined;
}

/** Four letters are three bytes. */
function wholeGroups(letters: string): number {
  return letters.length - (letters.length % 4);
}

function jsonBytes(text: string): Buffer {
  if (text.includes('\\')) throw notBase64();
  return Buffer.from(text);
}

/** Where the base64 of a `data:` URL begins. */
function dataStart(json: Buffer): number {
  const head = json.toString('latin1', 0, 256);
  if (!head.startsWith('data:')) return 0;
  const comma = head.indexOf(',');
  if (comma === -1 || !head.slice(0, comma).endsWith(';base64')) {
    throw new LookoutError('frame_invalid', 'The picture is a data: URL without ";base64,"');
  }
  return comma + 1;
}

/** The end of the next step, not inside an escape. */
function stepEnd(json: Buffer, at: number): number {
  const end = at + BASE64_STEP_CHARACTERS;
  if (end >= json.length) return json.length;
  const escapeAt = json.subarray(end - ESCAPE_BYTES, end).indexOf(BACKSLASH);
  return escapeAt === -1 ? end : end - ESCAPE_BYTES + escapeAt;
}

/** Many writers of JSON escape `/` or `+`. */
function unescaped(step: string): string {
  if (!step.includes('\\')) return step;
  try {
    return JSON.parse(`"${step}"`);
  } catch {
    throw notBase64();
  }
}

/**
 * Looks at a picture's header.
 * @throws LookoutError `frame_invalid`, `frame_too_large`.
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
  return new LookoutError('frame_invalid', 'The picture is not base64');
}

function tooLarge(bytes: number): LookoutError {
  const megabytes = (count: number) => (count / 1024 / 1024).toFixed(1);
  return new LookoutError(
    'frame_too_large',
    `The picture has ${megabytes(bytes)} MB; at most ${megabytes(MAX_IMAGE_BYTES)} are taken`,
    { hint: 'Send a smaller picture: the model sees no more than 640 pixels a side.' },
  );
}

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
