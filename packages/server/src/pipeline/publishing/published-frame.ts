import { isCompleteJpeg, readJpegHeader } from '@lookout/media';
import { LookoutError, type PublishedFrameMetadata } from '@lookout/protocol';

/** Metadata from a publisher, whose timestamp may be missing. */
export type GivenMetadata = Omit<PublishedFrameMetadata, 'timestamp'> & { timestamp: number | null };

/** A frame may keep a buffer up to this many times its size; from a larger one it is copied. */
const WASTE_ALLOWED = 1.25;

/**
 * Checks a published frame without decoding it: a complete JPEG within the size limits, with the dimensions that its metadata
 * states.
 * @throws LookoutError `frame_invalid` or `frame_too_large`, with a message for the publisher
 */
export function checkPublishedFrame({ width, height }: GivenMetadata, jpeg: Uint8Array): void {
  const header = readJpegHeader(jpeg);
  if (header.width !== width || header.height !== height) {
    throw new LookoutError(
      'frame_invalid',
      `The metadata says ${width}×${height}, but the JPEG is ${header.width}×${header.height}`,
    );
  }
  if (!isCompleteJpeg(jpeg)) throw new LookoutError('frame_invalid', 'The JPEG is truncated: it has no end marker');
}

/**
 * The bytes in an `ArrayBuffer` of about their size. A small message is a view into the socket's read buffer: sending the view
 * to a worker would copy all of the buffer, and keeping it would keep all of it.
 */
export function ownBytes(message: Uint8Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = message;
  if (buffer.byteLength <= byteLength * WASTE_ALLOWED) return new Uint8Array(buffer, byteOffset, byteLength);
  return new Uint8Array(message);
}
