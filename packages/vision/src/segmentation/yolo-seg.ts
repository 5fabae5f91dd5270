import type { Box } from '@lookout/protocol';
import { LookoutError } from '@lookout/protocol/core';
import { suppress } from '../detector/nms.js';
import type { RgbImage } from '../image/rgb-image.js';
import type { ModelRunner } from '../runtime/model-runner.js';
import type { TaskModelInfo } from '../tasks/task-model.js';
import { candidatesOf } from './candidates.js';
import { checkPrompt } from './prompt.js';
import type { EncodedImage, MaskCandidate, MaskPrompt, Segmenter } from './segmenter.js';
import { SEGMENT_TAKES } from './takes.js';
import { floatOutput } from './tensors.js';
import { FoundInstances, type Instance } from './yolo-instances.js';
import { letterboxed, strongestOf } from './yolo-prepare.js';

const MAX_CANDIDATES = 3;
/** Maximum number of instances whose masks are tried for one prompt. */
const MAX_TRIED = 10;
/** Maximum number of instances kept per image. */
const MAX_INSTANCES = 100;
/** Lower than for a detector: as a prompt points at an object, weak detections are useful too. */
const MIN_CONFIDENCE = 0.02;
const NMS_IOU = 0.7;
/** Minimum IoU of an instance and a box drawn around it. */
const MIN_BOX_IOU = 0.3;

/**
 * YOLOv8-seg prompted with clicks and boxes: selects from the instances that it finds in the whole image, of its own classes only. Export
 * of ultralytics: `images` RGB / 255, centred on grey 114 → `output0` [1,4+classes+32,A] (centre, size, scores, coefficients), `output1`
 * [1,32,h,w]; a mask is the sum of the 32 prototypes, weighted by the coefficients, within the box.
 */
export class YoloSeg implements Segmenter {
  readonly takes = SEGMENT_TAKES['yolo-seg']!;

  constructor(
    readonly info: TaskModelInfo,
    readonly runner: ModelRunner,
  ) {}

  async encode(image: RgbImage): Promise<EncodedImage> {
    const { tensor, letterbox } = letterboxed(image, this.runner.inputs[0]!);
    const outputs = await this.runner.run([tensor]);
    const table = floatOutput(outputs, 'output0');
    const prototypes = floatOutput(outputs, 'output1');
    const count = prototypes.dims[1]!;
    const [properties, anchors] = table.dims.slice(-2) as [number, number];
    if (properties < 5 + count) {
      throw new LookoutError(
        'model_unsupported',
        `Model ${this.info.name} returned ${properties} values per object; expected at least ${5 + count}`,
      );
    }
    const { candidates, columns } = strongestOf(table.data, properties, anchors, count, MIN_CONFIDENCE);
    const kept = suppress(candidates, NMS_IOU, MAX_INSTANCES);
    const instances = kept.map((i): Instance => {
      const column = columns[i]!;
      const coefficients = new Float32Array(count);
      for (let k = 0; k < count; k++) coefficients[k] = table.data[(properties - count + k) * anchors + column]!;
      const box = candidates.boxes.slice(i * 4, i * 4 + 4);
      return { inputBox: box, score: candidates.scores[i]!, coefficients };
    });
    return new FoundInstances(image.width, image.height, letterbox, instances, prototypes);
  }

  async masks(encoded: EncodedImage, prompt: MaskPrompt): Promise<MaskCandidate[]> {
    if (!(encoded instanceof FoundInstances)) throw new TypeError('Expected an image that this segmenter encoded');
    checkPrompt(prompt, encoded, this);
    const found = encoded.instances
      .map((instance) => ({ instance, fit: fitOf(encoded.boxOf(instance), instance.score, prompt) }))
      .filter(({ fit }) => fit > 0)
      .sort((a, b) => b.fit - a.fit)
      .slice(0, MAX_TRIED);
    const candidates: MaskCandidate[] = [];
    for (const { instance } of found) {
      if (candidates.length === MAX_CANDIDATES) break;
      const [candidate] = candidatesOf([{ logits: encoded.logitsOf(instance), score: instance.score }]);
      if (candidate && agrees(candidate, encoded, prompt)) candidates.push(candidate);
    }
    return candidates;
  }

  close(): Promise<void> {
    return this.runner.close();
  }
}

/** Fit of an instance to the prompt: IoU with its box if there is one, otherwise the confidence; 0 if it does not match. */
function fitOf(box: Box, score: number, { points, box: drawn }: MaskPrompt): number {
  const isAround = points.every(
    ([x, y, label]) => label === 0 || (x >= box[0] && y >= box[1] && x <= box[2] && y <= box[3]),
  );
  if (!isAround) return 0;
  if (!drawn) return score;
  const iou = boxIou(box, drawn);
  return iou >= MIN_BOX_IOU ? iou : 0;
}

/** Whether the mask contains all points that belong to the object, and none of the others. */
function agrees({ mask }: MaskCandidate, { width, height }: EncodedImage, { points }: MaskPrompt): boolean {
  return points.every(([x, y, label]) => {
    const column = Math.min(Math.floor(x), width - 1);
    const line = Math.min(Math.floor(y), height - 1);
    return mask[line * width + column] === label;
  });
}

function boxIou(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared);
}
