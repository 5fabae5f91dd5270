import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Detection } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planLetterbox } from '../model-info/letterbox.js';
import type { ModelInfo } from '../model-info/model-info.js';
import { embeddedModel, resolveModel } from '../models/index.js';
import { encodeModel } from '../onnx/model-file.js';
import { shareHiddenClass } from '../testing/hidden-class.js';
import { letterboxPicture, readFixture } from '../testing/pictures.js';
import { type TinyModelOptions, tinyModel } from '../testing/tiny-model.js';
import type { Detector } from './detector.js';
import { openDetector } from './open-detector.js';

let directory: string;
let embedded: ModelInfo;
let detector: Detector;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-detector-'));
  embedded = embeddedModel();
  detector = await openDetector(embedded);
}, 30_000);

afterAll(async () => {
  await detector.close();
  rmSync(directory, { recursive: true, force: true });
});

const OPTIONS = { confidence: 0.5, iou: 0.6, maxDetections: 100 };

function detect(picture: string, size: number, options = {}) {
  const source = readFixture(picture);
  const letterbox = planLetterbox(embedded, source.width, source.height, size);
  return detector.detect(letterboxPicture(source, letterbox), letterbox, source.width, source.height, {
    ...OPTIONS,
    ...options,
  });
}

async function put(name: string, options: TinyModelOptions): Promise<ModelInfo> {
  const path = join(directory, `${name}.onnx`);
  writeFileSync(path, encodeModel(tinyModel(options)));
  return resolveModel(path, { modelsDir: directory });
}

/** One YOLOv8 box of class 1 in a 64×64 input: centre (32, 24), 20×10, in the first of 84 cells. */
function oneBox(score: number): TinyModelOptions {
  const values = new Float32Array(6 * 84);
  [32, 24, 20, 10, 0, score].forEach((value, property) => {
    values[property * 84] = value;
  });
  return { outputs: { output0: { shape: [1, 6, 84], values } }, metadata: { names: "{0: 'a', 1: 'b'}" } };
}

describe('the embedded model', () => {
  // Drawn by hand around what the pictures show.
  it.each([
    { picture: 'astronaut', size: 320, name: 'person', box: [3, 8, 227, 320] },
    { picture: 'astronaut', size: 416, name: 'person', box: [3, 8, 227, 320] },
    { picture: 'chelsea', size: 320, name: 'cat', box: [0, 0, 300, 212] },
    { picture: 'chelsea', size: 416, name: 'cat', box: [0, 0, 300, 212] },
    { picture: 'coffee', size: 320, name: 'cup', box: [88, 10, 225, 146] },
  ] as const)('finds the $name of $picture at $size', async ({ picture, size, name, box }) => {
    const { detections, inferMs } = await detect(picture, size);
    const found = detections.find(({ class_name }) => class_name === name);
    expect(found, JSON.stringify(detections)).toBeDefined();
    expect(overlap(found!.bbox, box)).toBeGreaterThan(0.9);
    expect(inferMs).toBeGreaterThan(0);
  });

  it('gives highest scores first, inside the picture, and no more than wanted', async () => {
    const { detections } = await detect('coffee', 320, { confidence: 0.05, maxDetections: 5 });
    expect(detections).toHaveLength(5);
    expect(detections.map(({ confidence }) => confidence)).toEqual(
      detections.map(({ confidence }) => confidence).toSorted((a, b) => b - a),
    );
    for (const { bbox } of detections) {
      expect(bbox.every((value, side) => value >= 0 && value <= (side % 2 ? 214 : 320))).toBe(true);
    }
  });

  it('gives the same for the same picture, whatever came between', async () => {
    const before = await detect('astronaut', 320);
    await detect('chelsea', 416);
    expect((await detect('astronaut', 320)).detections).toEqual(before.detections);
  });

  it('gives every result in one hidden class', async () => {
    const [before, after] = [await detect('coffee', 320), await detect('coffee', 320)];
    expect(shareHiddenClass(before, after)).toBe(true);
    expect(shareHiddenClass(before.detections[0]!, after.detections[0]!)).toBe(true);
  });

  it('looks for the wanted classes only', async () => {
    const { detections } = await detect('coffee', 320, { confidence: 0.3, classIds: new Set([41]) });
    expect(detections.map(({ class_name }) => class_name)).toEqual(['cup']);
  });

  it('refuses pixels that do not fill the letterbox', async () => {
    const letterbox = planLetterbox(embedded, 320, 320, 320);
    await expect(detector.detect(new Float32Array(10), letterbox, 320, 320, OPTIONS)).rejects.toThrow(RangeError);
  });
});

describe('openDetector', () => {
  it('runs a user’s model and maps its boxes to the source', async () => {
    const info = await put('one-box', oneBox(0.75));
    const own = await openDetector(info);
    const letterbox = planLetterbox(info, 128, 64, 320);
    const { detections } = await own.detect(new Float32Array(64 * 64 * 3), letterbox, 128, 64, OPTIONS);
    await own.close();
    // 128×64 lies in 64×64 at half its size, 16 rows down.
    expect(detections).toEqual([{ bbox: [44, 6, 84, 26], confidence: 0.75, class_id: 1, class_name: 'b' }]);
  });

  it('runs a model whose pictures are prepared outside the graph', async () => {
    const info = await put('unfoldable', { ...oneBox(0.75), opset: 6 });
    expect(info.preparation).toBeDefined();
    const own = await openDetector(info);
    const letterbox = planLetterbox(info, 64, 64, 64);
    const { detections } = await own.detect(new Float32Array(64 * 64 * 3), letterbox, 64, 64, OPTIONS);
    await own.close();
    expect(detections).toHaveLength(1);
  });

  it('makes pixels of boxes in 0..1', async () => {
    const { outputs, ...rest } = oneBox(0.8);
    const { output0 } = outputs as { output0: { shape: number[]; values: Float32Array } };
    const cells = output0.values.length / output0.shape[1]!;
    const values = output0.values.map((value, i) => (i < 4 * cells ? value / 64 : value));
    const info = await put('small', { ...rest, outputs: { output0: { ...output0, values } } });
    const own = await openDetector({ ...info, fractionalBoxes: true });
    const { detections } = await own.detect(
      new Float32Array(64 * 64 * 3),
      planLetterbox(info, 64, 64, 64),
      64,
      64,
      OPTIONS,
    );
    await own.close();
    expect(detections).toMatchObject([{ bbox: [22, 19, 42, 29] }]);
  });

  it('makes scores of logits, and compares them as such', async () => {
    const info = { ...(await put('logits', oneBox(1.1))), logitScores: true as const };
    const own = await openDetector(info);
    const find = (confidence: number) =>
      own.detect(new Float32Array(64 * 64 * 3), planLetterbox(info, 64, 64, 64), 64, 64, {
        ...OPTIONS,
        confidence,
        maxDetections: 1,
      });
    expect((await find(0.7)).detections[0]!.confidence).toBeCloseTo(1 / (1 + Math.exp(-1.1)), 5);
    expect((await find(0.8)).detections).toEqual([]);
    await own.close();
  });

  it('refuses a model whose outputs are not of its format', async () => {
    const info = await put('wrong', oneBox(0.5));
    await expect(openDetector({ ...info, format: 'yolox' })).rejects.toMatchObject({ code: 'model_unsupported' });
  });

  it('says what is wrong with a missing file, a broken one, and an unknown provider', async () => {
    const missing = { ...embedded, path: join(directory, 'missing.onnx') };
    await expect(openDetector(missing)).rejects.toMatchObject({ code: 'model_not_found' });
    const broken = join(directory, 'broken.onnx');
    writeFileSync(broken, 'not a model');
    await expect(openDetector({ ...embedded, path: broken })).rejects.toMatchObject({ code: 'model_invalid' });
    await expect(openDetector(embedded, { provider: 'abacus' })).rejects.toMatchObject({
      code: 'unavailable',
      hint: expect.stringContaining('cpu'),
    });
  });
});

function overlap(a: Detection['bbox'], b: readonly [number, number, number, number]): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  const shared = Math.max(width, 0) * Math.max(height, 0);
  return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared);
}
