import { type Letterbox, LookoutError } from '@lookout/protocol/core';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { flatJpeg, type PIXEL_FORMATS, paintJpeg, withoutHuffmanTables } from '../testing/painted-pictures.js';
import { PictureCodec } from './picture-codec.js';

const libjpegTurbo = new PictureCodec();
const ffmpeg = new PictureCodec({ turboJpeg: false });
let codec = libjpegTurbo;
afterAll(() => {
  libjpegTurbo.close();
  ffmpeg.close();
});

/** Left half red, right half blue, in BT.601 full range. */
const RED = [76, 85, 255] as const;
const BLUE = [29, 255, 107] as const;
function redBlueJpeg(width: number, height: number, sampling: keyof typeof PIXEL_FORMATS = '4:2:0'): Uint8Array {
  return paintJpeg(width, height, (x) => (x < width / 2 ? RED : BLUE), sampling);
}

function whole(width: number, height: number): Letterbox {
  return { width, height, x: 0, y: 0, contentWidth: width, contentHeight: height, fill: 114 };
}

/** Plain comparison: a printed difference of so many numbers would take minutes. */
function same<T extends Uint8Array | Float32Array>(a: T, b: T): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function pixel(rgb: Float32Array, width: number, x: number, y: number): number[] {
  return [...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
}

function expectNear(actual: readonly number[], expected: readonly number[], tolerance = 6): void {
  const worst = Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)));
  expect(worst, `expected [${expected}], got [${actual}]`).toBeLessThanOrEqual(tolerance);
}

function errorOf(action: () => unknown): LookoutError {
  try {
    action();
  } catch (error) {
    if (error instanceof LookoutError) return error;
    throw error;
  }
  throw new Error('expected a LookoutError');
}

/** Busy enough that nearly every byte of its JPEG matters. */
const busyJpeg = () =>
  paintJpeg(160, 120, (x, y) => [(x * 7 + y * 13 + ((x * y) % 31) * 5) & 255, (x * 3) & 255, (y * 5) & 255]);

const CODECS = [
  { by: 'libjpeg-turbo', using: libjpegTurbo },
  { by: 'FFmpeg', using: ffmpeg },
];

describe.each(CODECS)('decodeJpeg and toRgb, by $by', ({ using: chosen }) => {
  beforeEach(() => {
    codec = chosen;
  });

  it.each(['4:2:0', '4:2:2', '4:4:4'] as const)('keeps colours of %s', (sampling) => {
    using picture = codec.decodeJpeg(redBlueJpeg(64, 48, sampling));
    expect([picture.width, picture.height]).toEqual([64, 48]);
    const rgb = picture.toRgb(whole(64, 48));
    expectNear(pixel(rgb, 64, 10, 20), [255, 0, 0]);
    expectNear(pixel(rgb, 64, 50, 20), [0, 0, 255]);
  });

  it('takes grey, full range', () => {
    using picture = codec.decodeJpeg(flatJpeg([127]));
    expect(pixel(picture.toRgb(whole(8, 8)), 8, 3, 3)).toEqual([255, 255, 255]);
    using again = codec.decodeJpeg(picture.toJpeg(95));
    expectNear(pixel(again.toRgb(whole(8, 8)), 8, 3, 3), [255, 255, 255], 2);
  });

  it('takes progressive', () => {
    using picture = codec.decodeJpeg(flatJpeg([100], { progressive: true }));
    expectNear(pixel(picture.toRgb(whole(8, 8)), 8, 3, 3), [228, 228, 228], 1);
  });

  it('takes CMYK as Adobe stores it (inverted)', () => {
    // Stored 255 is no ink: cyan ink only, half.
    using picture = codec.decodeJpeg(flatJpeg([64, 127, 127, 127], { adobeTransform: 0 }));
    expectNear(pixel(picture.toRgb(whole(8, 8)), 8, 3, 3), [192, 255, 255], 3);
  });

  it('takes a JPEG without Huffman tables, also after one with other tables', () => {
    const bare = withoutHuffmanTables(redBlueJpeg(64, 48));
    codec.decodeJpeg(flatJpeg([80, 80, 80])).close();
    using picture = codec.decodeJpeg(bare);
    expectNear(pixel(picture.toRgb(whole(64, 48)), 64, 10, 20), [255, 0, 0]);
  });

  it.each([
    [1, 1],
    [1, 9],
    [17, 3],
    [33, 31],
    [161, 121],
  ])('takes the odd size %i×%i, all the way', (width, height) => {
    using picture = codec.decodeJpeg(paintJpeg(width, height, () => [200, 128, 128], '4:2:0'));
    expect([picture.width, picture.height]).toEqual([width, height]);
    const rgb = picture.toRgb(whole(width, height));
    expectNear(pixel(rgb, width, width - 1, height - 1), [200, 200, 200], 3);
    picture.draw({ detections: [{ bbox: [0, 0, width, height], confidence: 0.5, class_id: 1, class_name: 'x' }] });
    using again = codec.decodeJpeg(picture.toJpeg(90));
    expect([again.width, again.height]).toEqual([width, height]);
  });

  it('lays the picture into the letterbox exactly, every border pixel filled', () => {
    using picture = codec.decodeJpeg(redBlueJpeg(64, 48));
    const letterbox = { width: 50, height: 40, x: 7, y: 5, contentWidth: 36, contentHeight: 27, fill: 114 };
    const dirty = new Float32Array(50 * 40 * 3).fill(1);
    const rgb = picture.toRgb(letterbox, dirty);
    expect(rgb).toBe(dirty);
    let border = 0;
    for (let y = 0; y < 40; y++) {
      for (let x = 0; x < 50; x++) {
        if (x >= 7 && x < 43 && y >= 5 && y < 32) continue;
        if (pixel(rgb, 50, x, y).join() === '114,114,114') border++;
      }
    }
    expect(border).toBe(50 * 40 - 36 * 27);
    for (const [x, y] of [
      [7, 5],
      [15, 31],
    ] as const)
      expectNear(pixel(rgb, 50, x, y), [255, 0, 0]);
    for (const [x, y] of [
      [42, 5],
      [42, 31],
    ] as const)
      expectNear(pixel(rgb, 50, x, y), [0, 0, 255]);
  });

  it('gives the same pixels with and without a buffer of the caller', () => {
    using picture = codec.decodeJpeg(busyJpeg());
    const letterbox = { width: 64, height: 64, x: 0, y: 8, contentWidth: 64, contentHeight: 48, fill: 0 };
    expect(same(picture.toRgb(letterbox), picture.toRgb(letterbox, new Float32Array(64 * 64 * 3)))).toBe(true);
  });

  it.each<[string, Partial<Letterbox>]>([
    ['content wider than the canvas', { contentWidth: 60 }],
    ['content beyond the edge', { x: 10 }],
    ['half pixels', { y: 0.5 }],
    ['no content', { contentHeight: 0 }],
    ['a negative place', { x: -1 }],
  ])('refuses a letterbox with %s', (_, wrong) => {
    using picture = codec.decodeJpeg(redBlueJpeg(64, 48));
    expect(() => picture.toRgb({ ...whole(50, 40), ...wrong })).toThrow(RangeError);
  });

  it('refuses a buffer of the wrong length', () => {
    using picture = codec.decodeJpeg(redBlueJpeg(64, 48));
    expect(() => picture.toRgb(whole(50, 40), new Float32Array(50 * 40 * 3 - 1))).toThrow(RangeError);
  });
});

describe.each(CODECS)('bad pictures, by $by', ({ using: chosen }) => {
  beforeEach(() => {
    codec = chosen;
  });

  it('refuses every cut of a JPEG, with and without an end marker put back', () => {
    const jpeg = busyJpeg();
    for (let length = 0; length < jpeg.length - 2; length += 97) {
      const cut = jpeg.subarray(0, length);
      expect(errorOf(() => codec.decodeJpeg(cut)).code, `cut at ${length}`).toBe('frame_invalid');
    }
    for (const share of [0.3, 0.5, 0.8, 0.95]) {
      const ended = Buffer.concat([jpeg.subarray(0, Math.floor(jpeg.length * share)), Buffer.from([0xff, 0xd9])]);
      expect(errorOf(() => codec.decodeJpeg(ended)).code, `ended at ${share}`).toBe('frame_invalid');
    }
  });

  it('survives damage anywhere, and the next picture is not touched by it', () => {
    const jpeg = busyJpeg();
    using intact = codec.decodeJpeg(jpeg);
    const expected = intact.toRgb(whole(160, 120));
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      return seed % below;
    };
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const damaged = Uint8Array.from(jpeg);
      for (let hit = 0; hit < 4; hit++) damaged[2 + random(jpeg.length - 4)] = random(256);
      try {
        codec.decodeJpeg(damaged).close();
      } catch (error) {
        expect(error).toBeInstanceOf(LookoutError);
        expect(['frame_invalid', 'frame_too_large']).toContain((error as LookoutError).code);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
    using after = codec.decodeJpeg(jpeg);
    expect(same(after.toRgb(whole(160, 120)), expected)).toBe(true);
  });

  it('refuses a second, larger frame header hidden behind the first scan', () => {
    const jpeg = Buffer.from(redBlueJpeg(64, 48));
    const hidden = [0xff, 0xc0, 0, 17, 8, 0xff, 0xff, 0xff, 0xff, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0];
    const bomb = Buffer.concat([jpeg.subarray(0, -2), Buffer.from(hidden), jpeg.subarray(-2)]);
    expect(errorOf(() => codec.decodeJpeg(bomb)).code).toBe('frame_invalid');
  });

  it('refuses sizes over the limit before decoding', () => {
    using strict = new PictureCodec({ limits: { maxSide: 63, maxPixels: 1e6 } });
    expect(errorOf(() => strict.decodeJpeg(redBlueJpeg(64, 48))).code).toBe('frame_too_large');
  });
});

describe.each(CODECS)('toJpeg, by $by', ({ using: chosen }) => {
  beforeEach(() => {
    codec = chosen;
  });

  it('keeps colours and full range, whatever the sampling it came in', () => {
    for (const sampling of ['4:2:0', '4:2:2', '4:4:4'] as const) {
      using picture = codec.decodeJpeg(paintJpeg(64, 48, (x) => [x < 32 ? 0 : 255, 128, 128], sampling));
      using again = codec.decodeJpeg(picture.toJpeg(90));
      const rgb = again.toRgb(whole(64, 48));
      expectNear(pixel(rgb, 64, 8, 20), [0, 0, 0], 3);
      expectNear(pixel(rgb, 64, 56, 20), [255, 255, 255], 3);
    }
    using picture = codec.decodeJpeg(redBlueJpeg(64, 48, '4:4:4'));
    using again = codec.decodeJpeg(picture.toJpeg(90));
    expectNear(pixel(again.toRgb(whole(64, 48)), 64, 10, 20), [255, 0, 0], 8);
  });

  it('grows with quality and gives a buffer of its own', () => {
    using picture = codec.decodeJpeg(busyJpeg());
    const sizes = [30, 50, 75, 90, 95].map((quality) => picture.toJpeg(quality));
    for (let i = 1; i < sizes.length; i++) expect(sizes[i]!.length).toBeGreaterThan(sizes[i - 1]!.length);
    const [first, second] = [picture.toJpeg(75), picture.toJpeg(75)];
    expect(first).toEqual(second);
    expect(first.buffer).not.toBe(second.buffer);
    const moved = structuredClone(first, { transfer: [first.buffer] });
    expect(moved).toEqual(second);
  });

  it.each([29, 96, Number.NaN])('refuses quality %d', (quality) => {
    using picture = codec.decodeJpeg(redBlueJpeg(64, 48));
    expect(() => picture.toJpeg(quality)).toThrow(RangeError);
  });
});

describe.each(CODECS)('life of a picture, by $by', ({ using: chosen }) => {
  beforeEach(() => {
    codec = chosen;
  });

  it('scales down to a longer side, and never up', () => {
    using picture = codec.decodeJpeg(paintJpeg(320, 240, (x) => [x < 160 ? 60 : 200, 128, 128]));
    using small = picture.scaledDown(80);
    expect([small.width, small.height]).toEqual([80, 60]);
    const rgb = small.toRgb(whole(80, 60));
    expect([rgb[3 * 20], rgb[3 * 60]].map((level) => Math.round((level ?? 0) / 10))).toEqual([6, 20]);
    using decoded = codec.decodeJpeg(small.toJpeg(80));
    expect(decoded.width).toBe(80);
    using same = picture.scaledDown(400);
    expect([same.width, same.height]).toEqual([320, 240]);
  });

  it('cuts out a part, from even corners and up to the edges', () => {
    using picture = codec.decodeJpeg(redBlueJpeg(321, 241));
    using part = picture.cropped([151, 11, 400, 300]);
    expect([part.width, part.height]).toEqual([171, 231]);
    const rgb = part.toRgb(whole(171, 231));
    expectNear(pixel(rgb, 171, 4, 100), [255, 0, 0], 8);
    expectNear(pixel(rgb, 171, 16, 100), [0, 0, 254], 8);
    expectNear(pixel(rgb, 171, 170, 230), [0, 0, 254], 8);
    expect(() => picture.cropped([330, 0, 340, 10])).toThrow(RangeError);
  });

  it('clones share pixels until one is drawn on', () => {
    using picture = codec.decodeJpeg(paintJpeg(128, 96, () => [120, 128, 128]));
    using clone = picture.clone();
    const before = picture.toRgb(whole(128, 96));
    clone.draw({ detections: [{ bbox: [10, 40, 100, 90], confidence: 0.9, class_id: 0, class_name: 'person' }] });
    expect(same(picture.toRgb(whole(128, 96)), before)).toBe(true);
    using copy = clone.clone();
    expect(same(copy.toRgb(whole(128, 96)), clone.toRgb(whole(128, 96)))).toBe(true);
    copy.draw({ detections: [{ bbox: [2, 2, 30, 30], confidence: 0.9, class_id: 3, class_name: 'dog' }] });
    expect(same(copy.toRgb(whole(128, 96)), clone.toRgb(whole(128, 96)))).toBe(false);
  });

  it('closes more than once, and says so when used after', () => {
    const picture = codec.decodeJpeg(redBlueJpeg(64, 48));
    picture.close();
    picture.close();
    expect(() => picture.toJpeg(75)).toThrow('closed');
    const other = new PictureCodec();
    other.close();
    other.close();
    expect(() => other.decodeJpeg(redBlueJpeg(64, 48))).toThrow('closed');
  });
});

it('decodes what has bytes between its segments, or two SOI, as if they were not there', () => {
  const jpeg = busyJpeg();
  const soi = jpeg.subarray(0, 2);
  const rest = jpeg.subarray(2);
  const comment = Buffer.from([0xff, 0xfe, 0, 4, 0x61, 0x62, ...Buffer.from('longer than it says')]);
  using codec = new PictureCodec();
  using picture = codec.decodeJpeg(jpeg);
  const expected = picture.toRgb(whole(160, 120)).slice();
  for (const odd of [Buffer.concat([soi, comment, rest]), Buffer.concat([soi, soi, rest])]) {
    using same = codec.decodeJpeg(odd);
    expect(same.toRgb(whole(160, 120))).toEqual(expected);
  }
});
