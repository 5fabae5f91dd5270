import { deflateSync } from 'node:zlib';
import type { Letterbox } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layUpright } from '../still/turn-upright.js';
import { jpegWithOrientation, paintStill, pngChunk, pngWithChunk, type StillEncoder } from '../testing/stills.js';
import { PictureCodec } from './picture-codec.js';

let codec: PictureCodec;
beforeAll(() => {
  codec = new PictureCodec();
});
afterAll(() => codec.close());

const [width, height] = [64, 48];
const whole: Letterbox = { width, height, x: 0, y: 0, contentWidth: width, contentHeight: height, fill: 0 };

/** `R`, `G` or `B`, whichever is clearly the strongest. */
function colourAt(rgb: ArrayLike<number>, rowWidth: number, x: number, y: number): string {
  const pixel = [0, 1, 2].map((channel) => rgb[(y * rowWidth + x) * 3 + channel]!);
  const strongest = Math.max(...pixel);
  expect(strongest - [...pixel].sort((a, b) => a - b)[1]!).toBeGreaterThan(100);
  return 'RGB'[pixel.indexOf(strongest)]!;
}

/** Red left, blue right, green below: the corners in reading order. */
function corners(rgb: ArrayLike<number>, columns: number, rows: number): string {
  const at = (x: number, y: number) => colourAt(rgb, columns, x, y);
  return at(3, 3) + at(columns - 4, 3) + at(3, rows - 4) + at(columns - 4, rows - 4);
}

describe('decodeStill', () => {
  it.each<[StillEncoder, string | undefined]>([
    ['mjpeg', undefined],
    ['png', 'rgb24'],
    ['png', 'rgba'],
    ['png', 'rgb48be'],
    ['png', 'pal8'],
    ['libwebp', undefined],
    ['libwebp', 'yuva420p'],
    ['libwebp-lossless', undefined],
  ])('decodes %s of %s', (encoder, pixelFormat) => {
    const { picture, header } = codec.decodeStill(paintStill(encoder, width, height, pixelFormat));
    using _ = picture;
    expect([picture.width, picture.height, header.orientation]).toEqual([width, height, 1]);
    expect(corners(picture.toRgb(whole), width, height)).toBe('RBGG');
  });

  it.each(['gray', 'ya8', 'gray16be'])('decodes a PNG of %s over the full range', (pixelFormat) => {
    const { picture } = codec.decodeStill(paintStill('png', width, height, pixelFormat));
    using _ = picture;
    const rgb = picture.toRgb(whole);
    const [red, , ,] = rgb.subarray((3 * width + 3) * 3);
    const [green] = rgb.subarray(((height - 4) * width + 3) * 3);
    // BT.601 greys of red and green.
    expect(red).toBeLessThan(100);
    expect(green).toBeGreaterThan(130);
  });

  it('refuses pictures damaged inside, and decodes the next', () => {
    for (const encoder of ['png', 'libwebp-lossless'] as const) {
      const bytes = paintStill(encoder, width, height);
      const damaged = Buffer.from(bytes);
      damaged.fill(0x55, bytes.length >> 1, (bytes.length >> 1) + 12);
      expect(() => codec.decodeStill(damaged).picture.close()).toThrow(/damaged|read/);
      codec.decodeStill(bytes).picture.close();
    }
  });

  /** A PNG of RGB whose picture data unpack to so many bytes. */
  const pngOf = (unpackedBytes: number, interlaced = false) => {
    const png = paintStill('png', width, height);
    const header = Buffer.from(png.subarray(16, 29));
    header[12] = interlaced ? 1 : 0;
    const data = deflateSync(Buffer.alloc(unpackedBytes));
    const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', data), pngChunk('IEND', Buffer.alloc(0))];
    return Buffer.concat([png.subarray(0, 8), ...chunks]);
  };
  const needed = height * (1 + width * 3);

  it('refuses a PNG that unpacks to more than its size needs, or to less', () => {
    expect(() => codec.decodeStill(pngOf(needed - 1))).toThrow('its picture data is cut off');
    codec.decodeStill(pngOf(needed)).picture.close();
    codec.decodeStill(pngOf(needed + 1000)).picture.close();
    expect(() => codec.decodeStill(pngOf(10_000_000))).toThrow('it has more picture data than its size needs');
  });

  it('knows what an interlaced PNG needs', () => {
    // Adam7: 6 + 6 + 6 + 12 + 12 + 24 + 24 rows.
    const rows = height * width * 3 + 90;
    codec.decodeStill(pngOf(rows, true)).picture.close();
    expect(() => codec.decodeStill(pngOf(rows - 1, true))).toThrow('cut off');
    expect(() => codec.decodeStill(pngOf(rows + 100_000, true))).toThrow('more picture data than its size needs');
  });

  it('unpacks nothing but the picture', () => {
    const png = pngWithChunk(paintStill('png', width, height), pngChunk('iCCP', Buffer.from('bad\0\0no zlib at all')));
    codec.decodeStill(png).picture.close();
  });
});

/** Corners of the stored picture, as the upright one shows them; Exif 2.32 §4.6.4. */
const upright: Record<number, string> = {
  1: 'RBGG',
  2: 'BRGG',
  3: 'GGBR',
  4: 'GGRB',
  5: 'RGBG',
  6: 'GRGB',
  7: 'GBGR',
  8: 'BGRG',
};

it.each([1, 2, 3, 4, 5, 6, 7, 8] as const)('lays orientation %i upright, with a border', (orientation) => {
  const { picture, header } = codec.decodeStill(jpegWithOrientation(paintStill('mjpeg', width, height), orientation));
  using _ = picture;
  expect(header.orientation).toBe(orientation);
  const turned = orientation >= 5;
  const [columns, rows] = turned ? [height, width] : [width, height];
  const letterbox = {
    width: columns + 10,
    height: rows + 6,
    x: 5,
    y: 3,
    contentWidth: columns,
    contentHeight: rows,
    fill: 77,
  };
  const out = new Float32Array(letterbox.width * letterbox.height * 3);
  layUpright(picture.toRgb(whole), orientation, letterbox, out);
  const content = Array.from({ length: rows }, (_unused, row) => {
    const start = ((row + 3) * letterbox.width + 5) * 3;
    return [...out.subarray(start, start + columns * 3)];
  }).flat();
  expect(corners(content, columns, rows)).toBe(upright[orientation]);
  expect([...out.subarray(0, 3), ...out.subarray(-3)]).toEqual([77, 77, 77, 77, 77, 77]);
});
