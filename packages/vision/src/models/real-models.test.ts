import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDetector } from '../detector/open-detector.js';
import { probeModel } from '../detector/probe-model.js';
import { planLetterbox } from '../letterbox.js';
import { letterboxPicture } from '../testing/letterbox-picture.js';
import { readFixture } from '../testing/read-png.js';
import { resolveModel } from './resolve.js';

// Real exports of many kinds; too large, and of licences too strict, to be kept here.
const REAL_MODELS = join(import.meta.dirname, '../../../../../shared/models');

const DETECTORS = [
  ['leyolo-nano-640-fp32', 'yolov8', 80],
  ['nanodet-m-416', 'nanodet', 80],
  ['picodet-s-416', 'picodet', 80],
  ['road-hazard-3cls-yolov8n-320-int8dyn', 'yolov8', 3],
  ['yolo11n-320-int8dyn', 'yolov8', 80],
  ['yolo26n-640-int8dyn-e2e', 'yolo-e2e', 80],
  ['yolov5n-640-fp16', 'yolov5', 80],
  ['yolov5n-dynamic-fp32', 'yolov5', 80],
  ['yolov8n-seg-320-int8dyn', 'yolov8', 80],
  ['yolox-nano-416', 'yolox', 80],
  ['deimv2-atto-320-int8', 'detr', 80],
] as const;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-real-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const resolved = (name: string) => resolveModel(join(REAL_MODELS, `${name}.onnx`), { modelsDir: directory });

describe.skipIf(!existsSync(REAL_MODELS))('real models (skipped where ../shared/models is not there)', () => {
  it.each(DETECTORS)('%s is known as %s with %i classes', { timeout: 60_000 }, async (name, format, classCount) => {
    const info = await resolved(name);
    expect([info.format, info.classNames.length]).toEqual([format, classCount]);
    const detector = await openDetector(info);
    try {
      const picture = readFixture('astronaut');
      const letterbox = planLetterbox(info, picture.width, picture.height, 416);
      const rgb = letterboxPicture(picture, letterbox);
      const options = { confidence: 0.3, iou: 0.6, maxDetections: 100 };
      const { detections } = await detector.detect(rgb, letterbox, picture.width, picture.height, options);
      // The three-class model knows no persons, and the DETR's weights are spoilt by quantisation: formats only.
      if (classCount !== 80 || format === 'detr') return;
      const person = detections.find(({ class_name }) => class_name === 'person');
      expect(person, JSON.stringify(detections)).toBeDefined();
      expect(person!.bbox[0]).toBeLessThan(60);
      expect(person!.bbox[2]).toBeGreaterThan(190);
      expect(person!.bbox[3]).toBeGreaterThan(280);
    } finally {
      await detector.close();
    }
  });

  it('finds the same in a rectangle as in the padded square', { timeout: 60_000 }, async () => {
    const info = await resolved('yolox-nano-416');
    expect(info.input).toEqual({ kind: 'fixed', width: 416, height: 416, multiple: 32 });
    const detector = await openDetector(info);
    const picture = readFixture('astronaut');
    const find = async (input: typeof info.input) => {
      const letterbox = planLetterbox({ ...info, input }, picture.width, (picture.height * 2) / 3, 416);
      const rgb = letterboxPicture({ ...picture, height: (picture.height * 2) / 3 }, letterbox);
      const options = { confidence: 0.3, iou: 0.6, maxDetections: 100 };
      const found = await detector.detect(rgb, letterbox, picture.width, (picture.height * 2) / 3, options);
      return { letterbox, detections: found.detections };
    };
    const square = await find({ kind: 'fixed', width: 416, height: 416 });
    const rectangle = await find(info.input);
    await detector.close();
    expect([square.letterbox.height, rectangle.letterbox.height]).toEqual([416, 288]);
    expect(square.detections.length).toBeGreaterThan(0);
    expect(rectangle.detections.map(({ class_name }) => class_name)).toEqual(
      square.detections.map(({ class_name }) => class_name),
    );
    for (const [i, { bbox, confidence }] of square.detections.entries()) {
      for (const [side, at] of bbox.entries())
        expect(Math.abs(rectangle.detections[i]!.bbox[side]! - at)).toBeLessThan(3);
      expect(Math.abs(rectangle.detections[i]!.confidence - confidence)).toBeLessThan(0.05);
    }
  });

  it('refuses a classifier', async () => {
    await expect(resolved('yolo26n-cls-224-int8')).rejects.toMatchObject({
      code: 'model_unsupported',
      message: expect.stringContaining('classifier'),
    });
  });

  it('tells of the model that never scores, and of no other', { timeout: 60_000 }, async () => {
    for (const [name, silent] of [
      ['yolov8n-640-int8static', true],
      ['yolo11n-320-int8dyn', false],
      ['deimv2-atto-320-int8', false],
    ] as const) {
      const detector = await openDetector(await resolved(name));
      expect((await probeModel(detector)) !== undefined, name).toBe(silent);
      await detector.close();
    }
  });
});
