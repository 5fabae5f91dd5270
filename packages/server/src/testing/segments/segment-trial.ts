import { join } from 'node:path';
import type { MaskPrompt, RgbImage, Segmenter, TaskModelInfo } from '@lookout/vision';
import { EMBED_MODELS } from '../coco-crops.js';
import { type CocoObject, cocoObjects } from './coco-objects.js';

const unknown = { sha256: '', bytes: 0, task: 'segment' } as const;

/** A box-only model, trained on squares padded with black at the border, a twentieth of the box larger on each side. */
export const TINYSEG: TaskModelInfo = {
  ...unknown,
  name: 'tinyseg',
  family: 'picosam3',
  graphs: { model: join(EMBED_MODELS, 'tinyseg.onnx') },
  preprocessor: { roi_border: 'pad', roi_margin: 0.05 },
};

export const YOLOV8N_SEG: TaskModelInfo = {
  ...unknown,
  name: 'yolov8n-seg',
  family: 'yolo-seg',
  graphs: { model: join(EMBED_MODELS, '../yolov8n-seg-320-int8dyn.onnx') },
};

export interface SegmentQuality {
  readonly objects: number;
  readonly meanIou: number;
  readonly atBorder: number;
  readonly meanIouAtBorder: number;
  /** Prompts without a mask; they count as an IoU of 0. */
  readonly missed: number;
}

/** `every` and `set` are as for `cocoObjects`. */
export async function segmentQuality(
  segmenter: Segmenter,
  prompt: (object: CocoObject, image: RgbImage) => MaskPrompt,
  every = 1,
  set?: string,
): Promise<SegmentQuality> {
  const all: number[] = [];
  const border: number[] = [];
  let missed = 0;
  for (const { image, objects } of cocoObjects(every, set)) {
    if (objects.length === 0) continue;
    const encoded = await segmenter.encode(image);
    for (const object of objects) {
      const [best] = await segmenter.masks(encoded, prompt(object, image));
      if (!best) missed++;
      const iou = best ? maskIou(best.mask, object.mask) : 0;
      all.push(iou);
      if (object.isAtBorder) border.push(iou);
    }
  }
  return {
    objects: all.length,
    meanIou: mean(all),
    atBorder: border.length,
    meanIouAtBorder: mean(border),
    missed,
  };
}

export const byBox = ({ box }: CocoObject): MaskPrompt => ({ points: [], box });

/** A click at the thickest part of the object. */
export function byClick({ mask, box }: CocoObject, { width }: RgbImage): MaskPrompt {
  const depth = new Float32Array(mask.length);
  const [left, top, right, bottom] = box.map(Math.round) as [number, number, number, number];
  const relax = (at: number, ...neighbours: number[]) => {
    if (mask[at]) depth[at] = Math.min(depth[at]!, ...neighbours.map((one) => (depth[one] ?? 0) + 1));
  };
  let deepest = 0;
  depth.fill(0).forEach((_, i) => {
    if (mask[i]) depth[i] = Number.POSITIVE_INFINITY;
  });
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) relax(y * width + x, y * width + x - 1, (y - 1) * width + x);
  }
  for (let y = bottom - 1; y >= top; y--) {
    for (let x = right - 1; x >= left; x--) {
      const at = y * width + x;
      relax(at, x + 1 < width ? at + 1 : -1, at + width);
      if (Number.isFinite(depth[at]!) && depth[at]! > depth[deepest]!) deepest = at;
    }
  }
  return { points: [[(deepest % width) + 0.5, Math.floor(deepest / width) + 0.5, 1]] };
}

function maskIou(a: Uint8Array, b: Uint8Array): number {
  let shared = 0;
  let either = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] && b[i]) shared++;
    if (a[i] || b[i]) either++;
  }
  return either === 0 ? 0 : shared / either;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
