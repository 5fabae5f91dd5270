import { LookoutError } from '@lookout/protocol';
import type { JpegLimits } from '../jpeg/jpeg-header.js';
import { type Orientation, readExifOrientation } from './exif-orientation.js';
import { checkStillSize } from './still-size.js';

/** PNG (third edition) §5.3: length, type, data, CRC. */
const CHUNK_OVERHEAD = 12;
const SIGNATURE_BYTES = 8;
/** Encoders write IDATs of 8 KB and more: 40 megapixels in so many are no picture any more. */
const MAX_CHUNKS = 100_000;
/** What it takes to decode the pixels; the rest is text, profiles and times. */
const PIXEL_CHUNKS = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);

/** A chunk: `data` is a view of the picture's bytes, `start` and `end` bound the whole chunk. */
interface PngChunk {
  type: string;
  data: Uint8Array;
  start: number;
  end: number;
}

/**
 * Size and orientation of a PNG; its chunks must be whole up to the last.
 * @throws LookoutError `frame_invalid`, `frame_too_large`.
 */
export function readPngHeader(
  bytes: Uint8Array,
  limits: Readonly<JpegLimits>,
): { width: number; height: number; orientation: Orientation } {
  let size: { width: number; height: number } | undefined;
  let orientation: Orientation = 1;
  let hasPixels = false;
  for (const { type, data } of chunks(bytes)) {
    if (size === undefined) {
      if (type !== 'IHDR' || data.length !== 13) throw invalid('it does not begin with its header');
      const header = new DataView(data.buffer, data.byteOffset, data.byteLength);
      size = { width: header.getUint32(0), height: header.getUint32(4) };
      checkStillSize(size.width, size.height, limits);
    } else if (type === 'IHDR') throw invalid('more than one header');
    if (type === 'eXIf') orientation = readExifOrientation(data);
    if (type === 'IDAT') hasPixels = true;
  }
  if (size === undefined || !hasPixels) throw invalid('it has no picture data');
  return { ...size, orientation };
}

/**
 * The same PNG without what is not needed for its pixels: compressed texts and profiles may unpack to gigabytes, and frames of an
 * animation are not wanted. The picture's own bytes where there is nothing to leave out.
 */
export function withoutAncillaryChunks(bytes: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [bytes.subarray(0, SIGNATURE_BYTES)];
  let end = SIGNATURE_BYTES;
  let isWhole = true;
  for (const chunk of chunks(bytes)) {
    if (PIXEL_CHUNKS.has(chunk.type)) kept.push(bytes.subarray(chunk.start, chunk.end));
    else isWhole = false;
    end = chunk.end;
  }
  return isWhole ? bytes.subarray(0, end) : Buffer.concat(kept);
}

/** All chunks up to IEND. @throws LookoutError `frame_invalid` where one is cut off. */
function* chunks(bytes: Uint8Array): Generator<PngChunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = SIGNATURE_BYTES;
  for (let count = 0; count < MAX_CHUNKS; count++) {
    if (start + CHUNK_OVERHEAD > bytes.length) throw invalid('it is cut off');
    const length = view.getUint32(start);
    const end = start + CHUNK_OVERHEAD + length;
    if (end > bytes.length) throw invalid('it is cut off');
    const type = Buffer.from(bytes.buffer, bytes.byteOffset + start + 4, 4).toString('latin1');
    yield { type, data: bytes.subarray(start + 8, end - 4), start, end };
    if (type === 'IEND') return;
    start = end;
  }
  throw invalid(`more than ${MAX_CHUNKS} chunks`);
}

function invalid(what: string): LookoutError {
  return new LookoutError('frame_invalid', `The PNG can't be read: ${what}`);
}
