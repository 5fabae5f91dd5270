import { LookoutError } from '@lookout/protocol';
import { DEFAULT_JPEG_LIMITS, type JpegLimits, readJpegHeader } from '../jpeg/jpeg-header.js';
import { type Orientation, readJpegOrientation } from './exif-orientation.js';
import { readPngHeader } from './png-header.js';
import { readWebpHeader } from './webp-header.js';

export type StillFormat = 'jpeg' | 'png' | 'webp';

/** What a picture says of itself before any pixel is decoded. */
export interface StillHeader {
  format: StillFormat;
  /** As stored, pixels. */
  width: number;
  height: number;
  /** How it is to be turned to stand upright. */
  orientation: Orientation;
}

/** Pixels a side and in all; the same for every format. */
export type StillLimits = JpegLimits;

/** Which picture format these bytes are, by their first ones, whatever their name or type says; `undefined`: none we read. */
export function sniffStill(bytes: Uint8Array): StillFormat | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 12)).toString('latin1');
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  return start.startsWith('RIFF') && start.slice(8) === 'WEBP' ? 'webp' : undefined;
}

/**
 * Reads the header of a JPEG, PNG or WebP. Looks at no pixel, so it stands before every decode.
 * @throws LookoutError `frame_invalid` for anything else, and what is cut off; `frame_too_large` when its size is over `limits`.
 */
export function readStillHeader(bytes: Uint8Array, limits: Readonly<StillLimits> = DEFAULT_JPEG_LIMITS): StillHeader {
  const format = sniffStill(bytes);
  switch (format) {
    case 'jpeg': {
      const { width, height } = readJpegHeader(bytes, limits);
      return { format, width, height, orientation: readJpegOrientation(bytes) };
    }
    case 'png':
      return { format, ...readPngHeader(bytes, limits) };
    case 'webp':
      return { format, ...readWebpHeader(bytes, limits) };
    default:
      throw new LookoutError(
        'frame_invalid',
        bytes.length === 0 ? 'The picture is empty' : 'This is no picture: expected the bytes of a JPEG, PNG or WebP',
      );
  }
}

/** Size of the upright picture. */
export function uprightSize({ width, height, orientation }: Omit<StillHeader, 'format'>): {
  width: number;
  height: number;
} {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}
