import { LookoutError } from '@lookout/protocol';
import type { BoxSink, Decode, DecodeContext, OutputFormat, OutputTensor } from '../decoder.js';
import { IMAGENET_RGB_STRETCHED, UNIT_RGB_STRETCHED } from './conventions.js';
import { mostlyNothing } from './detr-softmax.js';
import { sizeOf } from './facts.js';
import { logit, sigmoid } from './logit.js';

/**
 * The DETR family (RT-DETR, D-FINE, DEIM, LW-DETR); each object once, so no NMS. Two exports are known:
 * - with post-processing: inputs `images` and `orig_target_sizes`, outputs `labels`, `boxes` (x1, y1, x2, y2 in the pixels
 *   of the sizes given: here the model's input) and `scores`, with or without a batch dimension;
 * - bare: outputs `logits` Q×classes (sigmoid to come) and `pred_boxes` Q×4 (centre and size, 0..1).
 */
const decode: Decode = (outputs, context, into) => {
  const named = (name: RegExp) => outputs.find((output) => name.test(output.name));
  const [labels, boxes, scores] = [named(/^labels/), named(/^boxes/), named(/^scores/)];
  if (labels && boxes && scores) return decodeProcessed(labels, boxes, scores, context, into);
  const [logits, predicted] = [named(/logits/), named(/pred_boxes/)];
  if (logits && predicted) return decodeLogits(logits, predicted, context, into);
  const names = outputs.map(({ name }) => name).join(', ');
  throw new LookoutError(
    'model_unsupported',
    `Expected outputs labels, boxes, scores or logits, pred_boxes; got ${names}`,
  );
};

function decodeProcessed(
  labels: OutputTensor,
  boxes: OutputTensor,
  scores: OutputTensor,
  { confidence, classIds }: DecodeContext,
  into: BoxSink,
): void {
  const corners = boxes.data as Float32Array;
  for (let i = 0; i < scores.data.length; i++) {
    const score = scores.data[i] as number;
    const classId = Number(labels.data[i]);
    if (score < confidence || (classIds && !classIds.has(classId))) continue;
    into.add(corners[i * 4]!, corners[i * 4 + 1]!, corners[i * 4 + 2]!, corners[i * 4 + 3]!, score, classId);
  }
}

/** Queries of logits, sigmoid to come, and boxes of centre and size in 0..1 of the input. */
export function decodeLogits(
  logits: OutputTensor | undefined,
  predicted: OutputTensor | undefined,
  { width, height, classCount, confidence, classIds }: DecodeContext,
  into: BoxSink,
): void {
  const columns = logits?.dims.at(-1) ?? 0;
  if (!logits || !predicted || columns < classCount || predicted.data.length * columns !== logits.data.length * 4) {
    const shapes = [logits, predicted].map((one) => one?.dims.join('×') ?? 'none').join(', ');
    throw new LookoutError('model_unsupported', `Expected logits Q×${classCount} and boxes Q×4, got ${shapes}`);
  }
  const table = logits.data as Float32Array;
  const boxes = predicted.data as Float32Array;
  const least = logit(confidence);
  for (let query = 0; query * columns < table.length; query++) {
    const row = query * columns;
    let classId = 0;
    for (let i = 1; i < classCount; i++) if (table[row + i]! > table[row + classId]!) classId = i;
    const best = table[row + classId]!;
    if (best < least || (classIds && !classIds.has(classId))) continue;
    const at = query * 4;
    const [x, y] = [boxes[at]! * width, boxes[at + 1]! * height];
    const [halfWidth, halfHeight] = [(boxes[at + 2]! * width) / 2, (boxes[at + 3]! * height) / 2];
    into.add(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight, sigmoid(best), classId);
  }
}

export const detr: OutputFormat = {
  format: 'detr',
  title: 'the DETR family',
  needsNms: false,
  conventions: [UNIT_RGB_STRETCHED, IMAGENET_RGB_STRETCHED],
  fit({ outputs, nameCount }) {
    const named = (name: RegExp) => outputs.find((output) => name.test(output.name));
    const [labels, boxes, scores] = [named(/^labels/), named(/^boxes/), named(/^scores/)];
    if (labels && boxes && scores) {
      return { outputs: [labels.name, boxes.name, scores.name], classCount: nameCount, exact: true };
    }
    const [logits, predicted] = [named(/logits/), named(/pred_boxes/)];
    if (!logits || !predicted) return undefined;
    return {
      outputs: [logits.name, predicted.name],
      classCount: nameCount ?? sizeOf(logits.shape?.at(-1)),
      exact: true,
    };
  },
  decode,
  contradiction(outputs) {
    const logits = outputs.find(({ name }) => /logits/.test(name));
    return logits && mostlyNothing(logits) ? 'it has a class for nothing' : undefined;
  },
};
