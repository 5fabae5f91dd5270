import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  exifBlock,
  jpegWithOrientation,
  paintStill,
  pngChunk,
  pngWithChunk,
  webpWithOrientation,
} from '../testing/stills.js';
import { readExifOrientation } from './exif-orientation.js';
import { withoutAncillaryChunks } from './png-header.js';
import { readStillHeader, sniffStill, uprightSize } from './still-header.js';

const jpeg = paintStill('mjpeg', 64, 48);
const png = paintStill('png', 64, 48);
const webp = paintStill('libwebp', 64, 48);
const lossless = paintStill('libwebp-lossless', 64, 48);

function codeOf(bytes: Uint8Array): string {
  try {
    readStillHeader(bytes);
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
  return 'read';
}

describe('readStillHeader', () => {
  it.each([
    ['jpeg', jpeg],
    ['png', png],
    ['webp', webp],
    ['webp', lossless],
  ] as const)('tells a %s by its bytes', (format, bytes) => {
    expect(readStillHeader(bytes)).toEqual({ format, width: 64, height: 48, orientation: 1 });
    // Somewhere in a larger buffer.
    const inside = Buffer.concat([Buffer.from('xyz'), bytes]).subarray(3);
    expect(readStillHeader(inside)).toEqual({ format, width: 64, height: 48, orientation: 1 });
  });

  it.each([
    ['jpeg', jpegWithOrientation(jpeg, 6)],
    ['jpeg', jpegWithOrientation(jpeg, 6, false)],
    ['png', pngWithChunk(png, pngChunk('eXIf', exifBlock(6)))],
    ['webp', webpWithOrientation(webp, 6, 64, 48)],
  ] as const)('finds how a %s lies', (format, bytes) => {
    const header = readStillHeader(bytes);
    expect(header).toEqual({ format, width: 64, height: 48, orientation: 6 });
    expect(uprightSize(header)).toEqual({ width: 48, height: 64 });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a GIF', Buffer.from('GIF89a\x01\0\x01\0', 'latin1')],
    ['a RIFF that is no WebP', Buffer.from('RIFF\x10\0\0\0WAVEfmt ', 'latin1')],
    ['text', Buffer.from('hello, I am no picture')],
  ])('refuses %s', (_what, bytes) => {
    expect(sniffStill(bytes)).toBeUndefined();
    expect(codeOf(bytes)).toMatch(/^frame_invalid/);
  });

  it.each([
    ['png', png],
    ['webp', webp],
    ['lossless webp', lossless],
  ])('refuses a %s cut anywhere', (_what, bytes) => {
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(bytes.subarray(0, length))).toMatch(/^frame_invalid/);
    }
  });

  it.each([
    ['png', png, 16, 4],
    ['webp', webpWithOrientation(webp, 1, 64, 48), 24, 3],
  ] as const)('refuses a %s of a size over the limit before anything is decoded', (_what, bytes, at, width) => {
    const bomb = Buffer.from(bytes);
    bomb.fill(0xff, at, at + width);
    expect(codeOf(bomb)).toMatch(/^frame_too_large/);
  });

  it('refuses a bitstream larger than the limit behind a small canvas', () => {
    const bomb = webpWithOrientation(lossless, 1, 64, 48);
    bomb.writeUInt32LE(0x0fffffff, bomb.indexOf('VP8L') + 9);
    expect(codeOf(bomb)).toMatch(/^frame_too_large/);
  });

  it('says that animations are not taken', () => {
    const animated = webpWithOrientation(webp, 1, 64, 48);
    animated[20] = 0x02;
    expect(codeOf(animated)).toMatch(/animation/);
  });

  it('takes a size of 0 for what it is', () => {
    const empty = Buffer.from(png);
    empty.writeUInt32BE(0, 16);
    expect(codeOf(empty)).toMatch(/^frame_invalid/);
  });
});

describe('readExifOrientation', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('reads %i', (orientation) => {
    expect(readExifOrientation(exifBlock(orientation))).toBe(orientation);
    expect(readExifOrientation(exifBlock(orientation, false))).toBe(orientation);
  });

  it('takes what makes no sense for upright', () => {
    expect(readExifOrientation(exifBlock(0))).toBe(1);
    expect(readExifOrientation(exifBlock(9))).toBe(1);
    const block = exifBlock(6);
    for (let length = 0; length < 22; length++) expect(readExifOrientation(block.subarray(0, length))).toBe(1);
    const far = Buffer.from(block);
    far.writeUInt32LE(0xffff_fff0, 4);
    expect(readExifOrientation(far)).toBe(1);
  });
});

describe('withoutAncillaryChunks', () => {
  it('gives the same bytes where all are needed', () => {
    const plain = withoutAncillaryChunks(png);
    expect(Buffer.compare(withoutAncillaryChunks(plain), plain)).toBe(0);
  });

  it('leaves out texts that would unpack to much more', () => {
    const bomb = Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), deflateSync(Buffer.alloc(10_000_000))]);
    const plain = withoutAncillaryChunks(pngWithChunk(png, pngChunk('zTXt', bomb)));
    expect(plain.length).toBeLessThanOrEqual(png.length);
    expect(Buffer.from(plain).includes('zTXt')).toBe(false);
  });
});

it('refuses a PNG of 16 bits that unpacks to hundreds of megabytes by its header', () => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(8000, 0);
  header.writeUInt32BE(5000, 4);
  const of = (depth: number) => {
    header[8] = depth;
    header[9] = 6;
    return Buffer.concat([png.subarray(0, 8), pngChunk('IHDR', header), png.subarray(33)]);
  };
  expect(readStillHeader(of(8))).toMatchObject({ width: 8000, height: 5000 });
  expect(() => readStillHeader(of(16))).toThrow('unpacks to 320 MB, over the limit of 170');
});
