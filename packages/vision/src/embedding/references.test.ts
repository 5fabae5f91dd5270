import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cropImage } from '../image/crop.js';
import type { TaskModelInfo } from '../tasks/task-model.js';
import { readFixture } from '../testing/pictures.js';
import { openEmbedder } from './open-embedder.js';

/** Output of transformers for the same texts and images with the same random weights; see fixtures/embedding/make.py. */
interface Reference {
  texts: Record<string, number[]>;
  images: number[][];
}

const astronaut = readFixture('astronaut');
const IMAGES = [
  astronaut,
  readFixture('chelsea'),
  readFixture('coffee'),
  cropImage(astronaut, { x: 40, y: 10, width: 50, height: 180 }),
];

const path = (file: string) => fileURLToPath(new URL(`../../fixtures/embedding/${file}`, import.meta.url));
const read = (file: string) => JSON.parse(readFileSync(path(file), 'utf8'));

/** @param image folder with its image side */
function model(family: string, image: string): TaskModelInfo {
  return {
    name: family,
    task: 'embed',
    family,
    graphs: { text: path(`${family}/text.onnx`), image: path(`${image}/image.onnx`) },
    tokenizer: path(`${family}/tokenizer.json`),
    preprocessor: read(`${image}/preprocessor_config.json`),
    sha256: '',
    bytes: 0,
  };
}

describe.each([
  ['clip', 'clip'],
  ['siglip', 'siglip'],
  ['sentence', 'clip'],
])('a model with random weights: %s', (family, image) => {
  it('gives texts the same vectors as transformers', async () => {
    const { texts } = read(`${family}/expected.json`) as Reference;
    const embedder = await openEmbedder(model(family, image), {});
    const vectors = await embedder.embedTexts(Object.keys(texts));
    await embedder.close();
    expect(largestDifference(vectors, Object.values(texts))).toBeLessThan(1e-3);
  });
});

describe.each(['clip', 'siglip'])('a model with random weights: %s', (family) => {
  const { preprocessor, ...bare } = model(family, family);

  it.each([
    ['prepared as preprocessor_config.json says', { ...bare, preprocessor: preprocessor! }],
    ["prepared with the family's defaults", bare],
  ])('gives images the same vectors as transformers, %s', async (_, info) => {
    const embedder = await openEmbedder(info, {});
    const vectors = await embedder.embedImages(IMAGES);
    await embedder.close();
    expect(largestDifference(vectors, read(`${family}/expected.json`).images)).toBeLessThan(1e-3);
  });
});

function largestDifference(actual: readonly Float32Array[], expected: readonly number[][]): number {
  expect(actual).toHaveLength(expected.length);
  return Math.max(...actual.flatMap((vector, i) => expected[i]!.map((value, k) => Math.abs(value - vector[k]!))));
}
