import { describe, expect, it } from 'vitest';
import type { RgbImage } from './rgb-image.js';
import { scaleLinear } from './scale-linear.js';

/** A grey image of one line. */
function line(levels: readonly number[]): RgbImage {
  return { width: levels.length, height: 1, rgb: Uint8Array.from(levels.flatMap((level) => [level, level, level])) };
}

const reds = (pixels: Float32Array) => [...pixels].filter((_, i) => i % 3 === 0);

describe('scaleLinear', () => {
  it('interpolates between pixel centres', () => {
    expect(reds(scaleLinear(line([0, 100]), 4, 1))).toEqual([0, 25, 75, 100]);
  });

  it('mirrors pixels beyond the edge on request', () => {
    expect(reds(scaleLinear(line([0, 100]), 4, 1, { border: 'mirror' }))).toEqual([25, 25, 75, 75]);
  });

  it('skips pixels when scaling down as OpenCV does', () => {
    expect(reds(scaleLinear(line([200, 0, 0, 0, 0, 200, 0, 0]), 2, 1))).toEqual([0, 100]);
  });

  it('blurs before scaling down as skimage does', () => {
    const [, right] = reds(
      scaleLinear(line([0, 0, 0, 0, 0, 0, 0, 200]), 2, 1, { antiAliasing: true, border: 'mirror' }),
    );
    expect(right).toBeGreaterThan(0);
  });

  it('fills the canvas beyond the image', () => {
    const image = line([10, 20]);
    const canvas = { width: 4, height: 2, level: 127.5 };
    expect(reds(scaleLinear(image, 4, 2, { canvas }))).toEqual([10, 20, 127.5, 127.5, 127.5, 127.5, 127.5, 127.5]);
  });

  it.each([0, Number.NaN])('refuses a width of %s', (width) => {
    expect(() => scaleLinear(line([1]), width, 1)).toThrow(RangeError);
  });
});
