import { LookoutError } from '@lookout/protocol/core';
import { DEFAULT_JPEG_LIMITS, type JpegLimits, readJpegHeader } from '../jpeg/jpeg-header.js';
import { type Orientation, readJpegOrientation } from './exif-orientation.js';
import { readPngHeader } from './png-header.js';
import { readWebpHeader } from './webp-header.js';

export type StillFormat = 'jpeg' | 'png' | 'webp';

/** What a picture's header says, before any pixel is decoded. */
export interface StillHeader {
  format: StillFormat;
  /** As stored, pixels. */
  width: number;
  height: number;
  /** How to turn it upright. */
  orientation: Orientation;
}

/** Pixels a side and in total; the same for every format. */
export type StillLimits = JpegLimits;

/** The picture format of these bytes by their signature, whatever their name or type says; `undefined`: not one we read. */
export function sniffStill(bytes: Uint8Array): StillFormat | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 12)).toString('latin1');
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  return start.startsWith('RIFF') && start.slice(8) === 'WEBP' ? 'webp' : undefined;
}

/** Signatures of other files that people send as pictures, with their offsets. */
const OTHERS: readonly (readonly [name: string, offset: number, signature: string])[] = [
  ['an AVIF image', 4, 'ftypavi'],
  ['a HEIC image', 4, 'ftyphe'],
  ['a HEIC image', 4, 'ftypmif1'],
  ['a HEIC image', 4, 'ftypmsf1'],
  ['a video in MP4', 4, 'ftyp'],
  ['a GIF image', 0, 'GIF8'],
  ['a BMP image', 0, 'BM'],
  ['a TIFF image', 0, 'II*\0'],
  ['a TIFF image', 0, 'MM\0*'],
  ['a JPEG XL image', 0, '\xff\x0a'],
  ['a JPEG XL image', 4, 'JXL \r\n'],
  ['a JPEG 2000 image', 4, 'jP  \r\n'],
  ['a PDF document', 0, '%PDF'],
  ['a web page', 0, '<!doctype html'],
  ['a web page', 0, '<html'],
  ['an SVG drawing', 0, '<svg'],
];

/** What these bytes are if they are not a picture we read, as words after "is"; undefined: unknown. */
export function nameOtherFormat(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 32)).toString('latin1');
  const matches = (offset: number, signature: string) =>
    start.slice(offset, offset + signature.length).toLowerCase() === signature.toLowerCase();
  return OTHERS.find(([, offset, signature]) => matches(offset, signature))?.[0];
}

/**
 * Reads the header of a JPEG, PNG or WebP. Looks at no pixel, so it precedes every decode.
 * @throws LookoutError `frame_invalid` for any other format, and when it is cut off; `frame_too_large` when its size is over `limits`.
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
      throw new LookoutError('frame_invalid', refusalOf(bytes));
  }
}

function refusalOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'The picture is empty';
  const other = nameOtherFormat(bytes);
  return other === undefined
    ? 'This is not a picture: expected the bytes of a JPEG, PNG or WebP'
    : `This is ${other}: expected the bytes of a JPEG, PNG or WebP`;
}

/** Size of the upright picture. */
export function uprightSize({ width, height, orientation }: Omit<StillHeader, 'format'>): {
  width: number;
  height: number;
} {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}
