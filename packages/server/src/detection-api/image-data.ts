import { readStillHeader, type StillHeader, sniffStill } from '@lookout/media';
import { LookoutError } from '@lookout/protocol';

/** Most bytes of one picture. */
export const maxImageBytes = 10 * 1024 * 1024;
/** Most bytes of a message or body with a picture in base64 and the fields beside it. */
export const maxJsonBytes = Math.ceil(maxImageBytes / 3) * 4 + 64 * 1024;

/** A picture that may be handed to a worker: of a known format and a size within the limits. Nothing is decoded yet. */
export interface ClientImage {
  bytes: Uint8Array;
  header: StillHeader;
}

/**
 * The bytes behind `image_data`: base64, with or without line breaks, or a `data:` URL of it.
 * @throws LookoutError `frame_invalid`, `frame_too_large`.
 */
export function decodeImageData(text: string): Uint8Array {
  let from = 0;
  if (text.startsWith('data:')) {
    const comma = text.slice(0, 256).indexOf(',');
    if (comma === -1 || !text.slice(0, comma).endsWith(';base64')) {
      throw new LookoutError('frame_invalid', 'The picture is a data: URL without ";base64,"');
    }
    from = comma + 1;
  }
  const encoded = from === 0 ? text : text.slice(from);
  if (encoded.length > maxJsonBytes) throw tooLarge((encoded.length / 4) * 3);
  const bytes = Buffer.from(encoded, 'base64');
  // Node passes over what is not base64: then fewer bytes come out than the letters make.
  if (bytes.length !== decodedLength(encoded) && bytes.length !== decodedLength(encoded.replace(/\s+/g, ''))) {
    throw new LookoutError('frame_invalid', 'The picture is not base64');
  }
  return bytes;
}

/**
 * Looks at a picture's header.
 * @throws LookoutError `frame_invalid`, `frame_too_large`.
 */
export function readClientImage(bytes: Uint8Array): ClientImage {
  if (bytes.length > maxImageBytes) throw tooLarge(bytes.length);
  return { bytes, header: readStillHeader(bytes) };
}

export function isPicture(bytes: Uint8Array): boolean {
  return sniffStill(bytes) !== undefined;
}

function decodedLength(encoded: string): number {
  let { length } = encoded;
  while (length > 0 && encoded[length - 1] === '=') length--;
  return Math.floor((length * 3) / 4);
}

function tooLarge(bytes: number): LookoutError {
  const megabytes = (count: number) => (count / 1024 / 1024).toFixed(1);
  return new LookoutError(
    'frame_too_large',
    `The picture has ${megabytes(bytes)} MB; at most ${megabytes(maxImageBytes)} are taken`,
    { hint: 'Send a smaller picture: the model sees no more than 640 pixels a side.' },
  );
}
