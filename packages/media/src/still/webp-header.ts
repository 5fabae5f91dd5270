import { LookoutError } from '@lookout/protocol/core';
import type { JpegLimits } from '../jpeg/jpeg-header.js';
import { type Orientation, readExifOrientation } from './exif-orientation.js';
import { checkStillSize } from './still-size.js';

/** `RIFF`, size, `WEBP`. */
const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const MAX_CHUNKS = 1000;
/** Flag of VP8X (RFC 9649 §2.7.1). */
const ANIMATION = 0x02;

interface Size {
  width: number;
  height: number;
}

/**
 * Size and orientation of a WebP (RFC 9649), from its canvas and from the bitstream itself: neither may be over the limit.
 * @throws LookoutError `frame_invalid`, also for an animation; `frame_too_large`.
 */
export function readWebpHeader(bytes: Uint8Array, limits: Readonly<JpegLimits>): Size & { orientation: Orientation } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < RIFF_HEADER_BYTES + CHUNK_HEADER_BYTES) throw invalid('it is cut off');
  const end = view.getUint32(4, true) + 8;
  if (end > bytes.length) throw invalid('it is cut off');
  let size: Size | undefined;
  let orientation: Orientation = 1;
  let at = RIFF_HEADER_BYTES;
  for (let count = 0; count < MAX_CHUNKS && at + CHUNK_HEADER_BYTES <= end; count++) {
    const type = Buffer.from(bytes.buffer, bytes.byteOffset + at, 4).toString('latin1');
    const length = view.getUint32(at + 4, true);
    const start = at + CHUNK_HEADER_BYTES;
    if (start + length > end) throw invalid('it is cut off');
    const data = bytes.subarray(start, start + length);
    const found = readSize(type, data);
    if (found) {
      checkStillSize(found.width, found.height, limits);
      // The decoder outputs the bitstream's size, whatever the canvas says.
      if (type !== 'VP8X') size ??= found;
    }
    if (type === 'EXIF') orientation = readExifOrientation(data);
    // Chunks begin at even offsets.
    at = start + length + (length & 1);
  }
  if (size === undefined) throw invalid('it has no picture data');
  return { ...size, orientation };
}

/** The size that a chunk states; `undefined` for a chunk of another type. */
function readSize(type: string, data: Uint8Array): Size | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  switch (type) {
    case 'VP8X':
      if (data.length < 10) throw invalid('its header is too short');
      if (data[0]! & ANIMATION) throw invalid('it is an animation; send a single picture');
      return { width: 1 + uint24(view, 4), height: 1 + uint24(view, 7) };
    case 'VP8 ': {
      // RFC 6386 §9.1: frame tag, start code, then 14 bits each of width and height.
      if (data.length < 10 || data[3] !== 0x9d || data[4] !== 0x01 || data[5] !== 0x2a) {
        throw invalid('its picture data has an invalid signature');
      }
      return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
    }
    case 'VP8L': {
      // RFC 9649 §3.4: a signature, then 14 bits each of width and height less 1.
      if (data.length < 5 || data[0] !== 0x2f) throw invalid('its picture data has an invalid signature');
      const bits = view.getUint32(1, true);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    default:
      return undefined;
  }
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

function invalid(what: string): LookoutError {
  return new LookoutError('frame_invalid', `The WebP can't be read: ${what}`);
}
