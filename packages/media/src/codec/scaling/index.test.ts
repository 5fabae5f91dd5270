import type { Letterbox } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { AV_PIX_FMT_GBRP, AV_PIX_FMT_GRAY8, type Frame } from '../native.js';
import { Picture } from '../picture.js';
import { PictureCodec } from '../picture-codec.js';
import { PIXEL_FORMATS, paintFrame } from '../test-pictures.js';

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

function scaled(codec: PictureCodec, frame: Frame, width: number, height: number): Float32Array {
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
    using ffmpeg = new PictureCodec({ kernel: false });
    const [subsampled, full] = [PIXEL_FORMATS['4:2:0'], PIXEL_FORMATS['4:4:4']];
    for (const [format, scaler, levels] of [
      [subsampled, codec, 1],
      [full, codec, 1],
      // FFmpeg rounds at each step, to eight bits with a dither.
      [AV_PIX_FMT_GRAY8, codec, 3],
      [subsampled, ffmpeg, 3],
      [full, ffmpeg, 3],
    ] as const) {
      const rgb = scaled(scaler, paintFrame(width, height, format, greyGrain), toWidth, toHeight);
      let worst = 0;
      for (let i = 0; i < rgb.length; i++) {
        const pixel = Math.floor(i / 3);
        const position = [pixel % toWidth, Math.floor(pixel / toWidth)] as const;
        worst = Math.max(worst, Math.abs(rgb[i]! - bilinear(grain, [width, height], [toWidth, toHeight], ...position)));
      }
      expect(worst).toBeLessThanOrEqual(levels);
    }
  });

  it('takes RGB as it is', () => {
    using codec = new PictureCodec();
    const frame = paintFrame(64, 48, AV_PIX_FMT_GBRP, () => [200, 30, 90]);
    const rgb = scaled(codec, frame, 40, 30);
    for (let i = 0; i < rgb.length; i += 3) expect([...rgb.subarray(i, i + 3)]).toEqual([90, 200, 30]);
  });
});
