import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Box } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { cropImage } from '../image/crop.js';
import type { RgbImage } from '../image/rgb-image.js';
import type { TaskModelInfo } from '../tasks/task-model.js';
import { readFixture } from '../testing/pictures.js';
import { EncoderDecoderSegmenter } from './encoder-decoder.js';
import { openSegmenter } from './open-segmenter.js';
import type { MaskPrompt } from './segmenter.js';

/** Masks from transformers for the same images with the same random weights, best first; see fixtures/segmentation/make.py. */
interface Expected {
  image: 'chelsea' | 'astronaut';
  prompt: { points: [number, number, 0 | 1][]; box?: Box };
  scores: number[];
  /** At every 16th pixel in both directions. */
  logits: number[][];
}

const STEP = 16;

const path = (file: string) => fileURLToPath(new URL(`../../fixtures/segmentation/${file}`, import.meta.url));
const IMAGES: Record<Expected['image'], RgbImage> = {
  chelsea: readFixture('chelsea'),
  astronaut: cropImage(readFixture('astronaut'), { x: 40, y: 10, width: 50, height: 180 }),
};

it.each([
  ['sam', 'sam'],
  ['sam-optimum', 'sam'],
  ['sam2', 'sam2'],
])('%s gives the same masks as transformers', async (family, reference) => {
  const graphs = { encoder: path(`${family}/encoder.onnx`), decoder: path(`${family}/decoder.onnx`) };
  const info: TaskModelInfo = { name: family, task: 'segment', family, graphs, sha256: '', bytes: 0 };
  const segmenter = (await openSegmenter(info, {})) as EncoderDecoderSegmenter;
  expect(segmenter).toBeInstanceOf(EncoderDecoderSegmenter);
  const all = JSON.parse(readFileSync(path(`${reference}/expected.json`), 'utf8')) as Expected[];
  const asked = all.filter(({ prompt }) => segmenter.takes.box || !prompt.box);
  expect(asked.length).toBeGreaterThanOrEqual(4);
  for (const { image, prompt, scores, logits } of asked) {
    const found = await segmenter.logits(await segmenter.encode(IMAGES[image]), prompt as MaskPrompt);
    expect(largestDifference([found.map(({ score }) => score)], [scores])).toBeLessThan(1e-3);
    const sampled = found.map((one) => everySixteenth(one.logits, IMAGES[image]));
    expect(largestDifference(sampled, logits)).toBeLessThan(1e-3);
  }
  await segmenter.close();
});

function everySixteenth(logits: Float32Array, { width }: RgbImage): number[] {
  return Array.from(logits).filter((_, i) => (i % width) % STEP === 0 && Math.floor(i / width) % STEP === 0);
}

function largestDifference(found: readonly number[][], expected: readonly number[][]): number {
  expect(found.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  return Math.max(...found.flatMap((row, i) => row.map((value, k) => Math.abs(value - expected[i]![k]!))));
}
