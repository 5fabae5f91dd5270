import { isCompleteJpeg, readJpegHeader } from '@lookout/media';
import { LookoutError, type PublishedFrameMetadata } from '@lookout/protocol';

/** Metadata as it comes from a publisher: the time may be missing. */
export type GivenMetadata = Omit<PublishedFrameMetadata, 'timestamp'> & { timestamp: number | null };

/** A picture may lie in a buffer this many times its size; above that it is copied out of it. */
const WASTE_ALLOWED = 1.25;

/**
 * Checks a published picture without decoding it: a whole JPEG, of a size the server takes, and of the one its metadata says.
 * @throws LookoutError `frame_invalid` or `frame_too_large`, in words for the publisher.
 */
export function checkPublishedFrame({ width, height }: GivenMetadata, jpeg: Uint8Array): void {
  const header = readJpegHeader(jpeg);
  if (header.width !== width || header.height !== height) {
    throw new LookoutError(
      'frame_invalid',
      `The metadata says ${width}×${height}, the JPEG is ${header.width}×${header.height}`,
    );
  }
  if (!isCompleteJpeg(jpeg)) throw new LookoutError('frame_invalid', 'The JPEG is cut off: no end marker');
}

/**
 * The bytes in an `ArrayBuffer` not much larger than they are. A small message is a window into what the socket read, and
 * handing a window to a worker copies, and keeping it keeps, all of what is behind it.
 */
export function ownBytes(message: Uint8Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = message;
  if (buffer.byteLength <= byteLength * WASTE_ALLOWED) return new Uint8Array(buffer, byteOffset, byteLength);
  return new Uint8Array(message);
}
