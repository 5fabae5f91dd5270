import { LookoutError } from '@lookout/protocol/core';

/** What a JPEG's header says, before any pixel is decoded. */
export interface JpegHeader {
  width: number;
  height: number;
  /** 1 grey, 3 colour, 4 CMYK or YCCK. */
  components: number;
  /** Bits per sample; always 8 here, others are refused. */
  precision: 8;
  progressive: boolean;
  /** Sampling factors of each component, horizontal × vertical: `['2x2', '1x1', '1x1']` is 4:2:0. */
  sampling: readonly string[];
  /** False for MJPEG from USB cameras, which omit the standard Huffman tables. */
  hasHuffmanTables: boolean;
  /** Offset of the first SOS marker. */
  scanOffset: number;
  /** False when there are stray bytes between segments: see `tidyJpeg`. */
  isTidy: boolean;
}

export interface JpegLimits {
  /** Longest side, pixels. */
  maxSide: number;
  maxPixels: number;
}

/** Large enough for any camera; small enough that no header makes the decoder allocate more than about 100 MB. */
export const DEFAULT_JPEG_LIMITS: Readonly<JpegLimits> = { maxSide: 8192, maxPixels: 40_000_000 };

const SOF0 = 0xc0; // baseline
const SOF1 = 0xc1; // extended sequential
const SOF2 = 0xc2; // progressive
const DHT = 0xc4;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DQT = 0xdb;
const TEM = 0x01;

/** Scans of a progressive JPEG are cheap to write and expensive to decode. Encoders make about ten. */
const MAX_PROGRESSIVE_SCANS = 100;
/** At most one per colour component. */
const MAX_SEQUENTIAL_SCANS = 4;
const SCAN_MARKER = Buffer.from([0xff, SOS]);
const END_MARKER = Buffer.from([0xff, EOI]);
const MAX_SEGMENTS = 1000;
/**
 * Nothing belongs between two segments, but some cameras write segments that are longer than their stated length, and decoders skip the
 * excess. Enough for a comment, and to get from a picture cut off in its headers past the headers of the next part to the next SOI.
 */
export const MAX_STRAY_BYTES = 4096;

/**
 * Reads the markers up to the first scan (ITU-T T.81 annex B). Takes microseconds and never looks at pixels, so it precedes every decode.
 * @throws LookoutError `frame_invalid` when it is not a JPEG or one we don't decode (12 bits, lossless, arithmetic coding);
 *    `frame_too_large` when its size is over `limits`.
 */
export function readJpegHeader(bytes: Uint8Array, limits: Readonly<JpegLimits> = DEFAULT_JPEG_LIMITS): JpegHeader {
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== SOI) {
    throw invalid(bytes.length === 0 ? 'the picture is empty' : 'not a JPEG: it does not begin with FF D8');
  }
  let frame: Pick<JpegHeader, 'width' | 'height' | 'components' | 'progressive' | 'sampling'> | undefined;
  let hasHuffmanTables = false;
  let hasQuantTables = false;
  let offset = 2;
  let strayBytes = 0;
  let isTidy = true;
  for (let segments = 0; segments < MAX_SEGMENTS; segments++) {
    const start = nextMarker(bytes, offset, MAX_STRAY_BYTES - strayBytes);
    if (start !== offset) isTidy = false;
    strayBytes += start - offset;
    offset = start;
    while (bytes[offset + 1] === 0xff) offset++; // fill bytes
    const marker = bytes[offset + 1];
    if (marker === undefined) throw invalid('it ends inside its header');
    if (marker === EOI) throw invalid('it has no picture data');
    if (marker === TEM || (marker >= 0xd0 && marker <= SOI)) {
      isTidy = false;
      offset += 2;
      continue;
    }
    const length = uint16(bytes, offset + 2);
    const end = offset + 2 + length;
    if (length < 2) throw invalid(`a segment of length ${length} at ${offset}`);
    if (end > bytes.length) throw invalid('it ends inside its header');
    if (marker === SOS) {
      if (frame === undefined) throw invalid('no frame header before the picture data');
      if (!hasQuantTables) throw invalid('no quantisation tables before the picture data');
      const { width, height, components, progressive, sampling } = frame;
      // Fields are listed one by one: a spread followed by more fields makes V8 create new hidden classes again and again.
      return {
        width,
        height,
        components,
        precision: 8,
        progressive,
        sampling,
        hasHuffmanTables,
        scanOffset: offset,
        isTidy,
      };
    }
    if (marker === DHT) hasHuffmanTables = true;
    else if (marker === DQT) hasQuantTables = true;
    else if (isFrameHeader(marker)) {
      if (frame !== undefined) throw invalid('more than one frame header');
      frame = readFrameHeader(bytes.subarray(offset + 4, end), marker, limits);
    }
    offset = end;
  }
  throw invalid(`more than ${MAX_SEGMENTS} segments before the picture data`);
}

/**
 * The same JPEG with nothing between its segments. Some decoders treat stray bytes there (after a segment longer than its stated length),
 * or a second SOI, as an error.
 * @param header of these bytes.
 */
export function tidyJpeg(bytes: Uint8Array, { scanOffset }: JpegHeader): Uint8Array {
  const kept: Uint8Array[] = [Uint8Array.of(0xff, SOI)];
  for (let offset = 2; offset < scanOffset; ) {
    const start = nextMarker(bytes, offset, MAX_STRAY_BYTES);
    let code = start + 1;
    while (bytes[code] === 0xff) code++;
    const marker = bytes[code]!;
    const hasLength = marker !== TEM && (marker < 0xd0 || marker > SOI);
    offset = Math.min(scanOffset, code + 1 + (hasLength ? uint16(bytes, code + 1) : 0));
    if (hasLength && start < scanOffset) kept.push(bytes.subarray(start, offset));
  }
  kept.push(bytes.subarray(scanOffset));
  return Buffer.concat(kept);
}

/** @returns the offset of the next marker, after any stray bytes. @throws LookoutError after `maxStray` bytes. */
function nextMarker(bytes: Uint8Array, offset: number, maxStray: number): number {
  // Nearly always the case, and this runs before every picture is decoded.
  if (bytes[offset] === 0xff && bytes[offset + 1] !== 0) return offset;
  for (let at = offset; at <= offset + maxStray; at++) {
    if (at >= bytes.length) throw invalid('it ends inside its header');
    if (bytes[at] === 0xff && bytes[at + 1] !== 0) return at;
  }
  throw invalid(`a marker is missing at ${offset}`);
}

/**
 * Whether a JPEG begins with SOI and ends with EOI; zeros after it (padding of USB cameras) are allowed. Fast: it looks at both ends only
 * and does not check what is between.
 */
export function isCompleteJpeg(bytes: Uint8Array): boolean {
  let end = bytes.length;
  while (end > 4 && bytes[end - 1] === 0) end--;
  return end >= 4 && bytes[0] === 0xff && bytes[1] === SOI && bytes[end - 2] === 0xff && bytes[end - 1] === EOI;
}

/**
 * Checks what follows the header: there must be an EOI after the first scan (bytes after it are allowed), and no excessive number of scans.
 * @throws LookoutError `frame_invalid`
 */
export function checkJpegScans(bytes: Uint8Array, header: JpegHeader): void {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isCompleteJpeg(bytes) && view.lastIndexOf(END_MARKER) < header.scanOffset) {
    throw invalid('it is cut off: no end marker');
  }
  const most = header.progressive ? MAX_PROGRESSIVE_SCANS : MAX_SEQUENTIAL_SCANS;
  // Phones append further pictures (MPF), whose scans don't count.
  const picture = view.subarray(0, view.indexOf(END_MARKER, header.scanOffset));
  let scans = 0;
  for (let at = header.scanOffset; at !== -1; at = picture.indexOf(SCAN_MARKER, at + 2)) {
    if (++scans > most) throw invalid(`more than ${most} scans`);
  }
}

function readFrameHeader(body: Uint8Array, marker: number, limits: Readonly<JpegLimits>) {
  if (marker !== SOF0 && marker !== SOF1 && marker !== SOF2) {
    throw invalid(
      marker === 0xc3 ? 'lossless JPEG is not supported' : 'arithmetic or hierarchical JPEG is not supported',
    );
  }
  const [precision, , , , , components] = body;
  if (components === undefined || body.length < 6 + components * 3) throw invalid('its frame header is too short');
  if (precision !== 8) throw invalid(`${precision} bits per sample, only 8 are supported`);
  if (components !== 1 && components !== 3 && components !== 4) throw invalid(`${components} colour components`);
  const height = uint16(body, 1);
  const width = uint16(body, 3);
  if (width === 0 || height === 0) throw invalid(`its size is ${width}×${height}`);
  if (width > limits.maxSide || height > limits.maxSide || width * height > limits.maxPixels) {
    const most = `${limits.maxSide} pixels a side and ${limits.maxPixels / 1e6} megapixels`;
    throw new LookoutError('frame_too_large', `The picture is ${width}×${height}, over the limit of ${most}`, {
      hint: 'Send a smaller picture.',
    });
  }
  const sampling: string[] = [];
  for (let i = 0; i < components; i++) {
    const factors = body[6 + i * 3 + 1]!;
    const [horizontal, vertical] = [factors >> 4, factors & 15];
    if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4) throw invalid('impossible sampling factors');
    sampling.push(`${horizontal}x${vertical}`);
  }
  return { width, height, components, progressive: marker === SOF2, sampling };
}

/** SOF0..SOF15, without DHT (C4), JPG (C8) and DAC (CC), which lie in the same range. */
function isFrameHeader(marker: number): boolean {
  return marker >= SOF0 && marker <= 0xcf && marker !== DHT && marker !== 0xc8 && marker !== 0xcc;
}

function uint16(bytes: Uint8Array, offset: number): number {
  const [high, low] = [bytes[offset], bytes[offset + 1]];
  if (high === undefined || low === undefined) throw invalid('it ends inside its header');
  return (high << 8) | low;
}

function invalid(what: string): LookoutError {
  return new LookoutError('frame_invalid', `The JPEG can't be read: ${what}`);
}
