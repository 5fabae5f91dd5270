import { expect, it } from 'vitest';
import { planLetterbox } from '../model-info/letterbox.js';
import type { ModelInfo } from '../model-info/model-info.js';
import type { ModelRunner } from '../runtime/model-runner.js';
import { createDetector } from './format-detector.js';

const van: ModelInfo = {
  name: 'van',
  path: '',
  format: 'yolo-e2e',
  classNames: ['car', 'truck', 'bus'],
  input: { kind: 'fixed', width: 64, height: 64 },
  letterbox: { anchor: 'center', fill: 114 },
};

/** One van as car, truck and bus: an IoU of 0.91 between car and truck, of 0.67 between car and bus. */
const boxes = [
  [0, 0, 50, 40, 0.9, 0],
  [0, 0, 55, 40, 0.8, 1],
  [0, 0, 50, 60, 0.7, 2],
];

const runner: ModelRunner = {
  provider: 'cpu',
  inputs: [{ name: 'image', type: 'float32', shape: [1, 64, 64, 3] }],
  outputs: [{ name: 'boxes', type: 'float32', shape: [1, 3, 6] }],
  run: async () => [{ name: 'boxes', type: 'float32', dims: [1, 3, 6], data: Float32Array.from(boxes.flat()) }],
  close: async () => undefined,
};

it.each([
  [{ crossClassIou: 0.8 }, ['car', 'bus']],
  [{ crossClassIou: 0.95 }, ['car', 'truck', 'bus']],
  [{ crossClassIou: 0.5 }, ['car']],
  [{ crossClassIou: 1 }, ['car', 'truck', 'bus']],
  [{}, ['car', 'truck', 'bus']],
])('takes boxes of different classes for one object by %o', async (crossClass, expected) => {
  const detector = await createDetector(van, runner);
  const options = { confidence: 0.4, iou: 0.6, maxDetections: 100, ...crossClass };
  const rgb = new Float32Array(64 * 64 * 3);
  const { detections } = await detector.detect(rgb, planLetterbox(van, 64, 64, 64), 64, 64, options);
  expect(detections.map(({ class_name }) => class_name)).toEqual(expected);
});
