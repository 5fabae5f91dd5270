import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ResampleFilter, resample } from './resample.js';
import type { RgbImage } from './rgb-image.js';

interface Reference {
  cases: { from: [number, number]; to: [number, number]; filter: ResampleFilter; rgb: string }[];
}
const reference = JSON.parse(
  readFileSync(new URL('../../fixtures/image/resample.json', import.meta.url), 'utf8'),
) as Reference;

/** As in fixtures/image/make.py. */
function noise(width: number, height: number): RgbImage {
  let state = 12345;
  const rgb = Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 30 === 3 ? 255 : state >>> 24;
  });
  return { width, height, rgb };
}

describe('resample', () => {
  it.each(reference.cases)('scales $from to $to as Pillow does: $filter', ({ from, to, filter, rgb }) => {
    const result = resample(noise(...from), ...to, filter);
    expect([result.width, result.height]).toEqual(to);
    expect(Buffer.from(result.rgb).equals(Buffer.from(rgb, 'base64'))).toBe(true);
  });

  it('returns an image that already has the size', () => {
    const image = noise(6, 4);
    expect(resample(image, 6, 4, 'bicubic')).toBe(image);
  });

  it('refuses an empty size', () => {
    expect(() => resample(noise(6, 4), 0, 4, 'bilinear')).toThrow(RangeError);
  });
});
