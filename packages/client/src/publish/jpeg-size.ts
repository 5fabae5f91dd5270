import type { PictureInfo } from './publish-types.js';

/** Pixels. */
export interface PictureSize {
  width: number;
  height: number;
}

/** The size given, or else the JPEG's own. @throws TypeError if it is not a JPEG, or does not contain its size */
export function pictureSize(jpeg: Uint8Array, { width, height }: PictureInfo): PictureSize {
  const size = width && height ? { width, height } : jpegSize(jpeg);
  if (!size) throw new TypeError('Expected a JPEG with its size in its header');
  return size;
}

/**
 * Reads a JPEG's size from its frame header (ITU-T T.81, B.2.2).
 * @returns pixels; undefined if it is not a JPEG or does not contain its size
 */
export function jpegSize(jpeg: Uint8Array): PictureSize | undefined {
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) return undefined;
  let at = 2;
  while (at + 9 < jpeg.length) {
    if (jpeg[at] !== 0xff) return undefined;
    const marker = jpeg[at + 1]!;
    // Fill bytes and standalone markers.
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2;
      continue;
    }
    if (marker === 0xda || marker === 0xd9) return undefined;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) {
      const height = jpeg[at + 5]! * 256 + jpeg[at + 6]!;
      const width = jpeg[at + 7]! * 256 + jpeg[at + 8]!;
      return width > 0 && height > 0 ? { width, height } : undefined;
    }
    at += 2 + jpeg[at + 2]! * 256 + jpeg[at + 3]!;
  }
  return undefined;
}
