import type { Letterbox } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { AV_PIX_FMT_GBRP, AV_PIX_FMT_GRAY8, type Frame } from '../native.js';
import { Picture } from '../picture.js';
import { PictureCodec } from '../picture-codec.js';
import { PIXEL_FORMATS, paintFrame } from '../test-pictures.js';
import { createRgbScaler } from './index.js';

/** Grain of one pixel, so that a wider kernel, or one half a pixel aside, is far off. */
const grain = (x: number, y: number) => 40 + (((x * 7919) ^ (y * 104_729) ^ (x * y * 31)) % 176);
const greyGrain = (x: number, y: number) => [grain(x, y), 128, 128] as const;

function letterboxOf(width: number, height: number): Letterbox {
  return { width, height, x: 0, y: 0, contentWidth: width, contentHeight: height, fill: 0 };
}

/** The mean of the two nearest pixels of each axis by distance, centres aligned: what `INTER_LINEAR` is. */
function bilinear(at: (x: number, y: number) => number, from: number[], to: number[], x: number, y: number): number {
  const [[left, right, fx], [top, bottom, fy]] = [x, y].map((position, axis) => {
    const exact = ((position + 0.5) * from[axis]!) / to[axis]! - 0.5;
    const clamped = Math.min(Math.max(exact, 0), from[axis]! - 1);
    const low = Math.floor(clamped);
    return [low, Math.min(low + 1, from[axis]! - 1), clamped - low];
  }) as [[number, number, number], [number, number, number]];
  const upper = at(left, top) * (1 - fx) + at(right, top) * fx;
  return upper * (1 - fy) + (at(left, bottom) * (1 - fx) + at(right, bottom) * fx) * fy;
}

function scaled(codec: PictureCodec, frame: Frame, width: number, height: number): Uint8Array {
  using picture = new Picture(codec.tools, frame);
  return picture.toRgb(letterboxOf(width, height));
}

describe('bilinear scaling', () => {
  it.each([
    [640, 480, 416, 312],
    [640, 360, 416, 234],
    [1280, 720, 416, 234],
    [161, 121, 64, 48],
    [64, 48, 160, 120],
    [40, 30, 41, 31],
    [99, 75, 99, 75],
  ])('%i×%i to %i×%i takes the two nearest pixels of each axis', (width, height, toWidth, toHeight) => {
    using codec = new PictureCodec();
    for (const format of [PIXEL_FORMATS['4:2:0'], PIXEL_FORMATS['4:4:4'], AV_PIX_FMT_GRAY8]) {
      const rgb = scaled(codec, paintFrame(width, height, format, greyGrain), toWidth, toHeight);
      let worst = 0;
      for (let i = 0; i < rgb.length; i++) {
        const pixel = Math.floor(i / 3);
        const position = [pixel % toWidth, Math.floor(pixel / toWidth)] as const;
        worst = Math.max(worst, Math.abs(rgb[i]! - bilinear(grain, [width, height], [toWidth, toHeight], ...position)));
      }
      // FFmpeg rounds at each step, to eight bits with a dither.
      expect(worst).toBeLessThanOrEqual(format === AV_PIX_FMT_GRAY8 ? 3 : 1);
    }
  });

  it('leaves all to FFmpeg where the kernel got no memory', () => {
    const frame = paintFrame(160, 120, PIXEL_FORMATS['4:2:0'], greyGrain);
    const scaler = createRgbScaler(undefined, frame, 104, 78, 'bilinear');
    scaler.scale(frame);
    for (const [x, y] of [
      [0, 0],
      [50, 40],
      [103, 77],
    ] as const) {
      const exact = bilinear(grain, [160, 120], [104, 78], x, y);
      expect(Math.abs(scaler.pixels[y * scaler.strideBytes + x * 3]! - exact)).toBeLessThanOrEqual(3);
    }
    scaler.free();
    frame.free();
  });

  it('takes RGB as it is', () => {
    using codec = new PictureCodec();
    const frame = paintFrame(64, 48, AV_PIX_FMT_GBRP, () => [200, 30, 90]);
    const rgb = scaled(codec, frame, 40, 30);
    for (let i = 0; i < rgb.length; i += 3) expect([...rgb.subarray(i, i + 3)]).toEqual([90, 200, 30]);
  });
});

describe('area scaling', () => {
  it('averages all that is merged', () => {
    using codec = new PictureCodec({ scaling: 'area' });
    const checkered = paintFrame(64, 64, PIXEL_FORMATS['4:2:0'], (x, y) => [(x + y) % 2 === 0 ? 200 : 40, 128, 128]);
    for (const value of scaled(codec, checkered, 16, 16)) expect(Math.abs(value - 120)).toBeLessThanOrEqual(2);
  });
});
