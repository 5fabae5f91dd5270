import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Box } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RgbImage } from '../image/rgb-image.js';
import { type SegmentFamily, writeColourSegmenter } from '../testing/colour-segmenter.js';
import { openSegmenter } from './open-segmenter.js';
import type { Segmenter } from './segmenter.js';

/** Edges lie on the grids of all families. */
const PORTRAIT = scene(400, 800, { red: [50, 100, 200, 300], blue: [250, 500, 400, 800] });
const LANDSCAPE = scene(800, 400, { red: [100, 50, 300, 200], blue: [500, 250, 800, 400] });
const CLICKED: SegmentFamily[] = ['sam', 'sam-lines', 'sam-optimum', 'sam2', 'efficient-sam', 'yolo-seg'];
const BOXED: SegmentFamily[] = ['sam', 'sam-lines', 'sam2', 'efficient-sam', 'yolo-seg'];

/** Interpolation between cells rounds the corners off. */
const EXACT = 0.997;

let folder: string;
const open = new Map<SegmentFamily, Segmenter>();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lookout-segment-'));
  for (const family of [...CLICKED, 'picosam3'] as const) {
    open.set(family, await openSegmenter(writeColourSegmenter(join(folder, family), family), {}));
  }
});
afterAll(async () => {
  for (const segmenter of open.values()) await segmenter.close();
  rmSync(folder, { recursive: true });
});

describe.each([
  ['portrait', PORTRAIT],
  ['landscape', LANDSCAPE],
])('openSegmenter, %s', (_, { image, red, blue }) => {
  it.each(CLICKED)('%s segments the object under a click', async (family) => {
    const segmenter = open.get(family)!;
    const encoded = await segmenter.encode(image);
    expect(encoded).toMatchObject({ width: image.width, height: image.height });
    for (const box of [red, blue]) {
      const [best] = await segmenter.masks(encoded, { points: [[...centre(box), 1]] });
      expect(best!.score).toBeCloseTo(family === 'yolo-seg' ? 1 : 0.9);
      expect(iou(best!.mask, inBoxes(image, box))).toBeGreaterThan(EXACT);
    }
  });

  it.each(BOXED)('%s segments the object in a box', async (family) => {
    const segmenter = open.get(family)!;
    const [best] = await segmenter.masks(await segmenter.encode(image), { points: [], box: blue });
    expect(iou(best!.mask, inBoxes(image, blue))).toBeGreaterThan(EXACT);
  });

  it('picosam3 segments the object in the centre of a box', async () => {
    const segmenter = open.get('picosam3')!;
    const [best] = await segmenter.masks(await segmenter.encode(image), { points: [], box: red });
    // The 96 cells of the square do not align with the pixels: half a cell more or less.
    expect(iou(best!.mask, inBoxes(image, red))).toBeGreaterThan(0.95);
  });
});

describe('candidates', () => {
  it('come best first, by the score of the model', async () => {
    const { image, red } = LANDSCAPE;
    const segmenter = open.get('sam')!;
    const masks = await segmenter.masks(await segmenter.encode(image), { points: [[...centre(red), 1]] });
    expect(masks.map(({ score }) => Number(score.toFixed(2)))).toEqual([0.9, 0.7, 0.5]);
    expect(
      iou(
        masks[1]!.mask,
        inBoxes(image, red).map((inside) => 1 - inside),
      ),
    ).toBeGreaterThan(EXACT);
    expect(masks[2]!.mask.every((inside) => inside === 1)).toBe(true);
  });

  it.each(['sam', 'sam-optimum', 'sam2', 'efficient-sam'] as const)('%s adds and subtracts areas', async (family) => {
    const { image, red, blue } = LANDSCAPE;
    const segmenter = open.get(family)!;
    const encoded = await segmenter.encode(image);
    const both = await segmenter.masks(encoded, { points: [[...centre(red), 1], [...centre(blue), 1]] }); // biome-ignore format: two points
    expect(iou(both[0]!.mask, inBoxes(image, red, blue))).toBeGreaterThan(EXACT);
    const without = await segmenter.masks(encoded, {
      points: [[...centre(red), 1], [...centre(blue), 1], [...centre(blue), 0]], // biome-ignore format: three points
    });
    expect(iou(without[0]!.mask, inBoxes(image, red))).toBeGreaterThan(EXACT);
  });

  it('yolo-seg has none where it found nothing', async () => {
    const segmenter = open.get('yolo-seg')!;
    expect(await segmenter.masks(await segmenter.encode(LANDSCAPE.image), { points: [[10, 10, 1]] })).toEqual([]);
  });

  it('efficient-sam gets only the six newest points, which is all it reads', async () => {
    const { image, red, blue } = LANDSCAPE;
    const segmenter = open.get('efficient-sam')!;
    const points = [...Array.from({ length: 6 }, () => [...centre(blue), 1] as const), [...centre(red), 1] as const];
    const [best] = await segmenter.masks(await segmenter.encode(image), { points: [...points, ...points.slice(-1)] });
    expect(iou(best!.mask, inBoxes(image, red, blue))).toBeGreaterThan(EXACT);
  });
});

describe('objects at the border', () => {
  // The object in the corner is red, its neighbour blue: clipping the square would put the neighbour in the centre.
  const { image } = scene(200, 200, { red: [0, 0, 30, 160], blue: [32, 0, 100, 160] });
  const box: Box = [0, 0, 30, 160];

  it.each([
    ['pad', inBoxes(image, box)],
    ['clamp', inBoxes(image, [32, 0, 100, 160])],
  ])('picosam3 with roi_border %s', async (roi_border, expected) => {
    const info = writeColourSegmenter(join(folder, 'border'), 'picosam3');
    const segmenter = await openSegmenter({ ...info, preprocessor: { roi_border } }, {});
    const [best] = await segmenter.masks(await segmenter.encode(image), { points: [], box });
    expect(iou(best!.mask, expected)).toBeGreaterThan(0.9);
    await segmenter.close();
  });
});

describe('bad prompts', () => {
  it.each([
    ['a click on a model for boxes', 'picosam3', { points: [[10, 10, 1]] }, /does not take points/],
    ['a box for a model of clicks', 'sam-optimum', { points: [], box: [0, 0, 9, 9] }, /does not take boxes/],
    ['a click outside the image', 'sam', { points: [[801, 10, 1]] }, /lies outside the image, which is 800×400/],
    ['a box outside the image', 'sam', { points: [], box: [-1, 0, 9, 9] }, /lies outside/],
    ['an empty box', 'sam', { points: [], box: [9, 9, 9, 12] }, /is empty/],
    ['a click that is not a number', 'sam', { points: [[Number.NaN, 10, 1]] }, /lies outside/],
    ['only points outside the object', 'sam', { points: [[10, 10, 0]] }, /marks no object/],
  ] as const)('%s: says what is wrong', async (_, family, prompt, message) => {
    const segmenter = open.get(family)!;
    const encoded = await segmenter.encode(LANDSCAPE.image);
    await expect(segmenter.masks(encoded, prompt as never)).rejects.toMatchObject({
      code: 'validation_failed',
      message: expect.stringMatching(message),
    });
  });
});

describe('bad models', () => {
  it('says which graph is missing', async () => {
    const info = writeColourSegmenter(join(folder, 'half'), 'sam');
    const { encoder } = info.graphs;
    await expect(openSegmenter({ ...info, graphs: { encoder: encoder! } }, {})).rejects.toMatchObject({
      code: 'model_invalid',
      message: 'Model colours lacks its decoder',
    });
  });

  it('refuses an invalid preprocessor_config.json', async () => {
    const info = writeColourSegmenter(join(folder, 'odd'), 'picosam3');
    await expect(openSegmenter({ ...info, preprocessor: { roi_border: 'mirror' } }, {})).rejects.toMatchObject({
      code: 'model_invalid',
    });
  });

  it('are small', () => {
    for (const { info } of open.values()) {
      for (const path of Object.values(info.graphs)) expect(statSync(path).size).toBeLessThan(200_000);
    }
  });
});

function scene(width: number, height: number, { red, blue }: { red: Box; blue: Box }) {
  const rgb = new Uint8Array(width * height * 3).fill(128);
  const paint = ([x1, y1, x2, y2]: Box, colour: readonly number[]) => {
    for (let y = y1; y < y2; y++) for (let x = x1; x < x2; x++) rgb.set(colour, (y * width + x) * 3);
  };
  paint(red, [255, 0, 0]);
  paint(blue, [0, 0, 255]);
  return { image: { width, height, rgb }, red, blue };
}

function centre([x1, y1, x2, y2]: Box): [number, number] {
  return [(x1 + x2) / 2, (y1 + y2) / 2];
}

function inBoxes({ width, height }: RgbImage, ...boxes: Box[]): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (const [x1, y1, x2, y2] of boxes) for (let y = y1; y < y2; y++) mask.fill(1, y * width + x1, y * width + x2);
  return mask;
}

function iou(a: Uint8Array, b: Uint8Array): number {
  let [shared, either] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    if (a[i] && b[i]) shared++;
    if (a[i] || b[i]) either++;
  }
  return shared / either;
}
