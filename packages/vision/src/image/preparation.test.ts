import { describe, expect, it } from 'vitest';
import { cropImage } from './crop.js';
import { fitImage, type ImagePreparation, preparedSize, prepareImages } from './preparation.js';
import { readPreprocessor } from './preprocessor.js';
import type { RgbImage } from './rgb-image.js';

/** Red is the column, green the row. */
function ramp(width: number, height: number): RgbImage {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.set([i % width, Math.floor(i / width), 7], i * 3);
  return { width, height, rgb };
}

const CLIP: ImagePreparation = {
  resize: { shortestEdge: 4 },
  filter: 'bicubic',
  crop: { width: 4, height: 4 },
  rescale: 1 / 255,
  mean: [0.5, 0.4, 0.3],
  std: [0.25, 0.5, 1],
};

describe('cropImage', () => {
  it('takes the part inside the rectangle', () => {
    expect(cropImage(ramp(5, 4), { x: 3, y: 1, width: 2, height: 2 }).rgb).toEqual(
      Uint8Array.of(3, 1, 7, 4, 1, 7, 3, 2, 7, 4, 2, 7),
    );
  });

  it('is black beyond the image', () => {
    const { rgb } = cropImage(ramp(2, 2), { x: -1, y: 1, width: 3, height: 2 });
    expect([...rgb]).toEqual([0, 0, 0, 0, 1, 7, 1, 1, 7, ...new Array(9).fill(0)]);
    expect(cropImage(ramp(2, 2), { x: 9, y: 9, width: 1, height: 1 }).rgb).toEqual(new Uint8Array(3));
  });
});

describe('prepareImages', () => {
  it('crops the centre of an image whose shorter side fits', () => {
    const { rgb } = fitImage(ramp(9, 4), CLIP);
    expect([...rgb.filter((_, i) => i % 3 === 0)].slice(0, 4)).toEqual([2, 3, 4, 5]);
  });

  it('returns planes of rescaled, shifted and divided levels', () => {
    const { data, dims } = prepareImages([ramp(4, 4), ramp(4, 4)], CLIP);
    expect(dims).toEqual([2, 3, 4, 4]);
    expect(data[1]).toBeCloseTo((1 / 255 - 0.5) / 0.25, 6);
    expect(data[16 + 4]).toBeCloseTo((1 / 255 - 0.4) / 0.5, 6);
    expect(data[32]).toBeCloseTo(7 / 255 - 0.3, 6);
    expect(data.slice(48)).toEqual(data.slice(0, 48));
  });

  it('writes to the start of a given array', () => {
    const out = new Float32Array(100);
    const { data } = prepareImages([ramp(4, 4)], CLIP, out);
    expect(data).toEqual(prepareImages([ramp(4, 4)], CLIP).data);
    expect(data.buffer).toBe(out.buffer);
  });

  it('scales very long images to a line of at least one pixel', () => {
    expect(fitImage({ width: 300, height: 1, rgb: new Uint8Array(900) }, CLIP)).toMatchObject({ width: 4, height: 4 });
  });
});

describe('readPreprocessor', () => {
  it('takes what the file says, and the defaults for the rest', () => {
    const read = readPreprocessor({ size: { shortest_edge: 8 }, resample: 2, image_mean: [0, 0, 0] }, CLIP);
    expect(read).toEqual({ ...CLIP, resize: { shortestEdge: 8 }, filter: 'bilinear', mean: [0, 0, 0] });
  });

  it('reads sizes in older notations', () => {
    expect(readPreprocessor({ size: 8, crop_size: 6 }, CLIP)).toMatchObject({
      resize: { shortestEdge: 8 },
      crop: { width: 6, height: 6 },
    });
    const stretched = { ...CLIP, resize: { width: 4, height: 4 } };
    expect(readPreprocessor({ size: 8 }, stretched)).toMatchObject({ resize: { width: 8, height: 8 } });
  });

  it('leaves out steps that are switched off', () => {
    const off = { do_resize: false, do_center_crop: false, do_rescale: false, do_normalize: false };
    const read = readPreprocessor(off, CLIP);
    expect(read).toEqual({ filter: 'bicubic', rescale: 1, mean: [0, 0, 0], std: [1, 1, 1] });
    expect(preparedSize(read)).toBeUndefined();
  });

  it.each([
    ['a size of zero pixels', { size: { height: 0, width: 4 } }, 'model_invalid'],
    ['a size that is text', { size: 'large' }, 'model_invalid'],
    ['two means', { image_mean: [1, 2] }, 'model_invalid'],
    ['a deviation of zero', { image_std: [0, 1, 1] }, 'model_invalid'],
    ['a factor above 1', { rescale_factor: 255 }, 'model_invalid'],
    ['a switch that is text', { do_resize: 'yes' }, 'model_invalid'],
    ['an unknown filter', { resample: 9 }, 'model_unsupported'],
    ['padding', { do_pad: true }, 'model_unsupported'],
  ])('refuses %s', (_, config, code) => {
    expect(() => readPreprocessor(config, CLIP)).toThrow(expect.objectContaining({ code }));
  });
});
