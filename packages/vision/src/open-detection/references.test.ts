import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cropImage } from '../image/crop.js';
import type { RgbImage } from '../image/rgb-image.js';
import { readTaskModel } from '../models/read-task-model.js';
import type { GraphRole, TaskModelInfo } from '../tasks/task-model.js';
import { readFixture } from '../testing/pictures.js';
import type { OpenDetection } from './open-detector.js';
import { openVocabularyDetector } from './open-vocabulary-detector.js';

/** Boxes of transformers with the same random weights (fixtures/open-detection/make.py): corners in pixels, score; per image and query. */
interface Reference {
  texts: string[];
  found: number[][][][];
}

const astronaut = readFixture('astronaut');
const IMAGES = [
  astronaut,
  readFixture('coffee'),
  cropImage(astronaut, { x: 40, y: 10, width: 50, height: 180 }),
  cropImage(astronaut, { x: 100, y: 40, width: 40, height: 30 }),
];

const path = (file: string) => fileURLToPath(new URL(`../../fixtures/open-detection/${file}`, import.meta.url));
const read = (file: string) => JSON.parse(readFileSync(path(file), 'utf8'));

function model(folder: string, graphs: Partial<Record<GraphRole, string>>): TaskModelInfo {
  return {
    name: folder,
    task: 'open-detect',
    family: 'owl',
    graphs: Object.fromEntries(Object.entries(graphs).map(([role, file]) => [role, path(`${folder}/${file}`)])),
    tokenizer: path(`${folder}/tokenizer.json`),
    preprocessor: read(`${folder}/preprocessor_config.json`),
    sha256: '',
    bytes: 0,
  };
}

describe.each([
  ['OWL-ViT', model('owlvit', { model: 'model.onnx' })],
  ['OWLv2', model('owlv2', { model: 'model.onnx' })],
  ['OWLv2, cut into parts', model('owlv2', { image: 'image.onnx', text: 'text.onnx', decoder: 'post.onnx' })],
])('%s with random weights', (_, info) => {
  it('finds the same boxes as transformers, from raw texts and RGB', async () => {
    const { texts, found } = read(`${info.name}/expected.json`) as Reference;
    const detector = await openVocabularyDetector(info, {});
    const queries = await detector.encodeTexts(texts);
    await detector.closeText();
    let largest = 0;
    for (const [i, image] of IMAGES.entries()) {
      const detections = await detector.detect(image, queries, { confidence: 0, iou: 1, maxDetections: 1000 });
      const largeOnes = detections.filter(({ bbox }) => isVisible(bbox));
      for (const [query, rows] of found[i]!.entries()) {
        const ours = largeOnes.filter((one) => one.query === query);
        const theirs = rows.map((row) => clipped(row, image)).filter(isVisible);
        expect(ours).toHaveLength(theirs.length);
        for (const row of theirs) largest = Math.max(largest, nearest(row, ours, image));
      }
    }
    await detector.close();
    expect(largest).toBeLessThan(1e-3);
  });
});

it('recognises the parts of a model by their inputs and outputs', async () => {
  expect(await readTaskModel(path('owlvit'), '/nowhere')).toMatchObject({ task: 'open-detect', family: 'owl' });
});

/** Corners clipped to the image, as in detections. */
function clipped([x1, y1, x2, y2, score]: readonly number[], { width, height }: RgbImage): number[] {
  return [Math.max(x1!, 0), Math.max(y1!, 0), Math.min(x2!, width), Math.min(y2!, height), score!];
}

/** Random weights also give boxes of zero size, which one implementation rounds away. */
function isVisible([x1, y1, x2, y2]: readonly number[]): boolean {
  return x2! - x1! > 0.01 && y2! - y1! > 0.01;
}

/** Largest difference from the most similar box, its corners as fractions of the image. */
function nearest(row: readonly number[], found: readonly OpenDetection[], { width, height }: RgbImage): number {
  const units = [width, height, width, height, 1];
  return Math.min(
    ...found.map(({ bbox, score }) => {
      return Math.max(...[...bbox, score].map((value, i) => Math.abs(value - row[i]!) / units[i]!));
    }),
  );
}
