import { inflateSync } from 'node:zlib';
import { LookoutError } from '@lookout/protocol/core';
import type { JpegLimits } from '../jpeg/jpeg-header.js';
import { type Orientation, readExifOrientation } from './exif-orientation.js';
import { checkStillSize } from './still-size.js';

/** PNG (third edition) §5.3: length, type, data, CRC. */
const CHUNK_OVERHEAD = 12;
const SIGNATURE_BYTES = 8;
/** Encoders write IDATs of 8 KB and more, so this allows 80 MB. */
const MAX_CHUNKS = 10_000;
/** 40 megapixels of 8 bits with an alpha channel, or half as many of 16 bits. */
const MAX_UNPACKED_BYTES = 170_000_000;
/** Some encoders fill up the last row or the last block. */
const SURPLUS_BYTES = 64 * 1024;
/** Chunks needed to decode the pixels; the others hold text, profiles and times. */
const PIXEL_CHUNKS = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);

/** Samples per pixel by colour type (§11.2.1): grey, RGB, palette, grey and alpha, RGBA. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** First column and row of each pass of an interlaced picture, and the steps between columns and rows (§8.1). */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const WHOLE = [[0, 0, 1, 1]] as const;

/** A chunk: `data` is a view of the picture's bytes; `start` and `end` delimit the whole chunk. */
interface PngChunk {
  type: string;
  data: Uint8Array;
  start: number;
  end: number;
}

/**
 * Size and orientation of a PNG. Every chunk must be complete.
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
      checkUnpackedSize(unpackedBytes(data));
    } else if (type === 'IHDR') throw invalid('it has more than one header');
    if (type === 'eXIf') orientation = readExifOrientation(data);
    if (type === 'IDAT') hasPixels = true;
  }
  if (size === undefined || !hasPixels) throw invalid('it has no picture data');
  return { ...size, orientation };
}

/**
 * The same PNG without the chunks that its pixels don't need: compressed texts and profiles may unpack to gigabytes, and frames of an
 * animation are not wanted. Returns the same bytes when there is nothing to leave out.
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

/**
 * Checks that a PNG's picture data unpacks to what its size needs: ten megabytes of it may unpack to ten gigabytes, and the decoder would
 * process all of it. Damaged data is left to the decoder, which reports what is wrong.
 * @param bytes whose header has been read.
 * @throws LookoutError `frame_invalid`
 */
export function checkPngData(bytes: Uint8Array): void {
  const packed: Uint8Array[] = [];
  let needed = 0;
  for (const { type, data } of chunks(bytes)) {
    if (type === 'IHDR') needed = unpackedBytes(data);
    if (type === 'IDAT') packed.push(data);
  }
  const room = needed + SURPLUS_BYTES;
  let unpacked: number;
  try {
    unpacked = inflateSync(Buffer.concat(packed), { maxOutputLength: room - 1, chunkSize: room }).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') return;
    throw invalid('it has more picture data than its size needs');
  }
  if (unpacked < needed) throw invalid('its picture data is cut off');
}

/** Bytes that the picture data unpacks to: the rows of all passes, each preceded by its filter type (§7.2, §9). */
function unpackedBytes(header: Uint8Array): number {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colourType, , , interlace] = header.subarray(8) as unknown as [number, number, number, number, number];
  const channels = CHANNELS[colourType];
  if (channels === undefined || depth < 1 || depth > 16) throw invalid('its colour type is invalid');
  let bytes = 0;
  for (const [x, y, stepX, stepY] of interlace === 0 ? WHOLE : ADAM7) {
    const columns = Math.max(0, Math.ceil((width - x) / stepX));
    const rows = Math.max(0, Math.ceil((height - y) / stepY));
    if (columns > 0) bytes += rows * (1 + Math.ceil((columns * channels * depth) / 8));
  }
  return bytes;
}

function checkUnpackedSize(bytes: number): void {
  if (bytes <= MAX_UNPACKED_BYTES) return;
  const [megabytes, most] = [bytes, MAX_UNPACKED_BYTES].map((count) => Math.round(count / 1e6));
  throw new LookoutError('frame_too_large', `The picture unpacks to ${megabytes} MB, over the limit of ${most}`, {
    hint: 'Send a smaller picture, or one with 8 bits per sample.',
  });
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
  throw invalid(`it has more than ${MAX_CHUNKS} chunks`);
}

function invalid(what: string): LookoutError {
  return new LookoutError('frame_invalid', `The PNG can't be read: ${what}`);
}
