import { LookoutError } from '@lookout/protocol/core';
import { COCO_91_NAMES } from '../model-info/coco-names.js';
import {
  BYTES_BGR,
  BYTES_RGB_STRETCHED,
  IMAGENET_BGR,
  IMAGENET_RGB,
  SIGNED_RGB_STRETCHED,
  UNIT_BGR,
  UNIT_RGB,
} from './conventions.js';
import { isFloat, namedOutput, sizeOf } from './facts.js';
import type { DecodeContext, OutputFormat, OutputTensor } from './output-format.js';
import { shapesOf } from './tables.js';

/** Boxes, scores and classes, each in its own output. */
export interface ObjectLists {
  boxes: OutputTensor | undefined;
  scores: OutputTensor | undefined;
  classes: OutputTensor | undefined;
  /** How many entries are valid; absent: all. */
  count?: OutputTensor | undefined;
  /** Number of the first class. Default 0. */
  firstClass?: number;
}

/**
 * The requested objects of three lists: the four numbers of each box, unchanged, with its score and class.
 * @throws LookoutError `model_unsupported` unless there are as many boxes as scores and classes.
 */
export function* objectsOf(
  format: string,
  { boxes, scores, classes, count, firstClass = 0 }: ObjectLists,
  { confidence, classIds }: DecodeContext,
): Iterable<{ box: [number, number, number, number]; score: number; classId: number }> {
  const all = scores?.data.length ?? 0;
  if (!boxes || !scores || !classes || boxes.data.length !== 4 * all || classes.data.length !== all) {
    const shapes = shapesOf([boxes, scores, classes]);
    throw new LookoutError('model_unsupported', `Expected boxes, scores and classes of ${format}, got ${shapes}`);
  }
  const filled = count ? Math.min(all, Number(count.data[0] ?? 0)) : all;
  for (let i = 0; i < filled; i++) {
    const score = Number(scores.data[i]);
    const classId = Number(classes.data[i]) - firstClass;
    if (score < confidence || (classIds && !classIds.has(classId))) continue;
    const side = (at: number) => Number(boxes.data[i * 4 + at]);
    yield { box: [side(0), side(1), side(2), side(3)], score, classId };
  }
}

/**
 * The four outputs of TensorRT's EfficientNMS and BatchedNMS, and of YOLO-NAS exported with `BATCH_FORMAT`, after NMS. `num_dets` 1,
 * `det_boxes` N×4: x1, y1, x2, y2 in input pixels, `det_scores` N, `det_classes` N; rows from `num_dets` on are padding. Other names:
 * `num_predictions`, `pred_…`; `num_detections`, `nmsed_…`. Follows TensorRT's `plugin/efficientNMSPlugin/README.md`.
 */
export const efficientNms: OutputFormat = {
  format: 'efficient-nms',
  title: 'YOLO with EfficientNMS',
  needsNms: false,
  conventions: [UNIT_RGB, UNIT_BGR],
  fit(facts) {
    const found = [
      /num_(dets|detections|predictions)\b/,
      /(det|pred|nmsed)_boxes\b/,
      /(det|pred|nmsed)_scores\b/,
      /(det|pred|nmsed)_(classes|labels)\b/,
    ].map((name) => namedOutput(facts, name)?.name);
    const outputs = found.filter((name) => name !== undefined);
    return outputs.length === 4 ? { outputs, classCount: facts.nameCount, exact: true } : undefined;
  },
  decode([count, boxes, scores, classes], context, into) {
    for (const { box, score, classId } of objectsOf('efficient-nms', { boxes, scores, classes, count }, context)) {
      into.add(...box, score, classId);
    }
  },
};

/**
 * Models of TensorFlow's Object Detection API, such as SSD, with their post-processing. Input: RGB bytes, which the graph resizes
 * itself. `detection_boxes` N×4: y1, x1, y2, x2 in 0..1, `detection_scores` N, `detection_classes` N, counted from 1, and
 * `num_detections` 1. Follows `object_detection/core/post_processing.py`.
 */
export const tfSsd: OutputFormat = {
  format: 'tf-ssd',
  title: 'a detector of TensorFlow',
  needsNms: false,
  conventions: [BYTES_RGB_STRETCHED, SIGNED_RGB_STRETCHED],
  fit(facts) {
    const found = [/^detection_boxes\b/, /^detection_scores\b/, /^detection_classes\b/].map(
      (name) => namedOutput(facts, name)?.name,
    );
    const outputs = found.filter((name) => name !== undefined);
    if (outputs.length < 3) return undefined;
    const count = namedOutput(facts, /^num_detections\b/)?.name;
    return {
      outputs: count === undefined ? outputs : [...outputs, count],
      classCount: facts.nameCount,
      classNames: COCO_91_NAMES.slice(1),
      exact: true,
    };
  },
  decode([boxes, scores, classes, count], context, into) {
    const { width, height } = context;
    const lists = { boxes, scores, classes, count, firstClass: 1 };
    for (const { box, score, classId } of objectsOf('tf-ssd', lists, context)) {
      const [y1, x1, y2, x2] = box;
      into.add(x1 * width, y1 * height, x2 * width, y2 * height, score, classId);
    }
  },
};

/**
 * MMDetection's models as MMDeploy exports them, with NMS. Input: as the model's own pipeline prepares pictures, RGB with ImageNet's
 * mean and deviation, or BGR (RTMDet, YOLOX), letterboxed top-left. `dets` 1×N×5: x1, y1, x2, y2 in input pixels, score; `labels`
 * 1×N. Follows MMDeploy's `mmdeploy/codebase/mmdet/deploy/object_detection.py`.
 */
export const mmdeploy: OutputFormat = {
  format: 'mmdeploy',
  title: 'MMDetection by MMDeploy',
  needsNms: false,
  conventions: [{ ...IMAGENET_RGB, anchor: 'top-left' }, { ...IMAGENET_BGR, anchor: 'top-left' }, BYTES_BGR],
  fit(facts) {
    const dets = namedOutput(facts, /^dets$/);
    const labels = namedOutput(facts, /^labels$/);
    if (!dets || !labels || sizeOf(dets.shape?.at(-1)) !== 5 || isFloat(labels.type)) return undefined;
    return { outputs: [dets.name, labels.name], classCount: facts.nameCount, exact: true };
  },
  decode([dets, labels], { confidence, classIds }, into) {
    if (!dets || !labels || dets.dims.at(-1) !== 5 || dets.data.length !== 5 * labels.data.length) {
      throw new LookoutError('model_unsupported', 'Expected dets N×5 and labels N of MMDeploy');
    }
    const rows = dets.data as Float32Array;
    for (let i = 0; i < labels.data.length; i++) {
      const score = rows[i * 5 + 4]!;
      const classId = Number(labels.data[i]);
      if (score < confidence || (classIds && !classIds.has(classId))) continue;
      into.add(rows[i * 5]!, rows[i * 5 + 1]!, rows[i * 5 + 2]!, rows[i * 5 + 3]!, score, classId);
    }
  },
};
