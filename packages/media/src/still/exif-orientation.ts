/**
 * How the stored picture must be turned, numbered as in Exif 2.32 §4.6.4 (tag 0x0112): 1 upright, 2 mirrored left to right, 3 upside down,
 * 4 mirrored top to bottom, 5 mirrored along the main diagonal, 6 to be turned clockwise by 90°, 7 mirrored along the other diagonal, 8 to
 * be turned anticlockwise by 90°.
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;
/** Directory entries that are read: cameras write a few dozen. */
const MAX_ENTRIES = 512;
/** JPEG segments that are read before the scan; the header reader has already refused more. */
const MAX_SEGMENTS = 1000;

/**
 * The orientation in an Exif block: a TIFF header (`II*\0` or `MM\0*`) and its first directory, with or without `Exif\0\0` before it. 1
 * when it is missing or invalid: a broken tag does not make a picture unreadable.
 */
export function readExifOrientation(block: Uint8Array): Orientation {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  const tiff = bytes.toString('latin1', 0, 6) === 'Exif\0\0' ? bytes.subarray(6) : bytes;
  if (tiff.length < 14) return 1;
  const order = tiff.toString('latin1', 0, 2);
  if (order !== 'II' && order !== 'MM') return 1;
  const little = order === 'II';
  const u16 = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const directory = u32(4);
  if (u16(2) !== 42 || directory + 2 > tiff.length) return 1;
  const entries = Math.min(u16(directory), MAX_ENTRIES, Math.floor((tiff.length - directory - 2) / 12));
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + entry * 12;
    if (u16(at) !== ORIENTATION_TAG) continue;
    const value = u16(at + 8);
    return u16(at + 2) === SHORT && value >= 1 && value <= 8 ? (value as Orientation) : 1;
  }
  return 1;
}

/** The orientation of a JPEG whose header has been validated: that of its first Exif segment (APP1), else 1. */
export function readJpegOrientation(jpeg: Uint8Array): Orientation {
  let at = 2;
  for (let segment = 0; segment < MAX_SEGMENTS && at + 4 <= jpeg.length; segment++) {
    if (jpeg[at] !== 0xff) return 1;
    const marker = jpeg[at + 1]!;
    // Fill bytes, and markers without a length.
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
      continue;
    }
    // SOS or EOI: the header ends here.
    if (marker === 0xda || marker === 0xd9) return 1;
    const length = (jpeg[at + 2]! << 8) | jpeg[at + 3]!;
    const body = jpeg.subarray(at + 4, at + 2 + length);
    if (marker === 0xe1 && Buffer.from(body.subarray(0, 6)).toString('latin1') === 'Exif\0\0') {
      return readExifOrientation(body);
    }
    at += 2 + length;
  }
  return 1;
}
