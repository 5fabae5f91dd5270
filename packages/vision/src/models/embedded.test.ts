import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openDetector } from '../detector/open-detector.js';
import { planLetterbox } from '../model-info/letterbox.js';
import { letterboxPicture, readFixture } from '../testing/pictures.js';
import { EMBEDDED_MODEL, EMBEDDED_MODEL_FLOAT, embeddedModel, hasVnni } from './embedded.js';

type RecordedBox = [classId: number, score: number, x1: number, y1: number, x2: number, y2: number];

const readJson = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
const provenance = readJson('models/provenance.json') as { sha256: Record<string, string> };
const recorded = readJson('fixtures/nanodet-g-boxes.json') as { pictures: Record<string, RecordedBox[]> };

it.each([`${EMBEDDED_MODEL}.onnx`, `${EMBEDDED_MODEL_FLOAT}.onnx`])('%s is the file that was converted', (file) => {
  const bytes = readFileSync(new URL(`../../models/${file}`, import.meta.url));
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(provenance.sha256[file]);
});

it('comes in 32 bits by its other name on any machine', () => {
  expect(embeddedModel(EMBEDDED_MODEL_FLOAT)).toMatchObject({ name: 'nanodet-g-float32', precision: 'float32' });
  expect(embeddedModel()).toMatchObject({ name: 'nanodet-g', licence: 'Apache-2.0' });
});

// Rounding to 8 bits moves edges and scores; on processors that can't multiply bytes both names mean the 32 bits.
it.each([
  { name: EMBEDDED_MODEL_FLOAT, leastScore: 0.3, iou: 0.95, scoreDifference: 0.03 },
  { name: EMBEDDED_MODEL, leastScore: 0.4, iou: 0.85, scoreDifference: 0.1 },
] as const)(
  '$name finds the boxes of the model as it was published',
  async ({ name, leastScore, iou, scoreDifference }) => {
    const info = embeddedModel(name);
    const detector = await openDetector(info);
    const square = { ...info, input: { kind: 'fixed', width: 416, height: 416 } } as const;
    for (const [photo, boxes] of Object.entries(recorded.pictures)) {
      const picture = readFixture(photo);
      const letterbox = planLetterbox(square, picture.width, picture.height, 416);
      const options = { confidence: 0.2, iou: 0.6, maxDetections: 100 };
      const rgb = letterboxPicture(picture, letterbox);
      const { detections } = await detector.detect(rgb, letterbox, picture.width, picture.height, options);
      const wanted = boxes.filter(([, score]) => score >= leastScore);
      expect(wanted).not.toEqual([]);
      for (const [classId, score, ...box] of wanted) {
        const same = detections.filter(({ class_id, confidence, bbox }) => {
          return class_id === classId && Math.abs(confidence - score) <= scoreDifference && overlap(bbox, box) >= iou;
        });
        expect(same, `class ${classId} at ${box} of ${photo} among ${JSON.stringify(detections)}`).toHaveLength(1);
      }
    }
    await detector.close();
  },
);

/** IoU of two boxes x1, y1, x2, y2. */
function overlap(a: readonly number[], b: readonly number[]): number {
  const side = (from: number, to: number) => Math.max(0, Math.min(a[to]!, b[to]!) - Math.max(a[from]!, b[from]!));
  const area = (box: readonly number[]) => (box[2]! - box[0]!) * (box[3]! - box[1]!);
  const shared = side(0, 2) * side(1, 3);
  return shared / (area(a) + area(b) - shared);
}

it.each([
  ['avx2 fma avx512f avx512_vnni amx_int8', true],
  ['avx2 fma avx_vnni', true],
  ['avx2 fma avx512f', false],
  ['', false],
])('tells from the flags "%s" whether bytes are multiplied exactly', (flags, exact) => {
  expect(hasVnni(`processor\t: 0\nmodel name\t: avx_vnni in name only\nflags\t\t: fpu ${flags}\nbugs\t\t:\n`)).toBe(
    exact,
  );
});
