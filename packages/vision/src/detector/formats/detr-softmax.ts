import { LookoutError } from '@lookout/protocol';
import { COCO_91_NAMES } from '../../models/coco-91.js';
import type { Decode, OutputFormat, OutputTensor } from '../decoder.js';
import { IMAGENET_RGB_STRETCHED } from './conventions.js';
import { namedOutput, sizeOf } from './facts.js';

/**
 * The first DETR (facebookresearch, Apache-2.0) and YOLOS. Input: RGB with ImageNet's mean and deviation. `logits`
 * 1×queries×(classes + 1), softmax to come, the last of which says that there is nothing; `pred_boxes` 1×queries×4: centre and size in
 * 0..1 of the input. Trained on COCO, classes are numbered as COCO numbers its categories. Follows `models/detr.py: PostProcess`.
 */
const decode: Decode = ([logits, boxes], { width, height, classCount, confidence, classIds }, into) => {
  const { table, columns } = tables(logits, boxes);
  const places = boxes!.data as Float32Array;
  for (let query = 0; query * columns < table.length; query++) {
    const row = query * columns;
    let largest = -Infinity;
    for (let i = 0; i < columns; i++) largest = Math.max(largest, table[row + i]!);
    let sum = 0;
    for (let i = 0; i < columns; i++) sum += Math.exp(table[row + i]! - largest);
    let classId = 0;
    for (let i = 1; i < Math.min(columns - 1, classCount); i++)
      if (table[row + i]! > table[row + classId]!) classId = i;
    const score = Math.exp(table[row + classId]! - largest) / sum;
    if (score < confidence || (classIds && !classIds.has(classId))) continue;
    const [x, y] = [places[query * 4]! * width, places[query * 4 + 1]! * height];
    const [halfWidth, halfHeight] = [(places[query * 4 + 2]! * width) / 2, (places[query * 4 + 3]! * height) / 2];
    into.add(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight, score, classId);
  }
};

function tables(logits: OutputTensor | undefined, boxes: OutputTensor | undefined) {
  const columns = logits?.dims.at(-1) ?? 0;
  if (!logits || !boxes || columns < 2 || boxes.data.length * columns !== logits.data.length * 4) {
    throw new LookoutError('model_unsupported', 'Expected logits Q×(classes + 1) and pred_boxes Q×4 of DETR');
  }
  return { table: logits.data as Float32Array, columns };
}

/**
 * Whether most rows say that there is nothing: the last column is the largest, and its logit positive. Where each class is for itself
 * (sigmoid), rows of nothing have negative logits only.
 */
export function mostlyNothing(logits: OutputTensor): boolean {
  const columns = logits.dims.at(-1)!;
  const table = logits.data as Float32Array;
  let nothing = 0;
  for (let row = 0; row < table.length; row += columns) {
    let largest = 0;
    for (let i = 1; i < columns; i++) if (table[row + i]! > table[row + largest]!) largest = i;
    if (largest === columns - 1 && table[row + largest]! > 0) nothing++;
  }
  return columns > 1 && nothing > table.length / columns / 2;
}

export const detrSoftmax: OutputFormat = {
  format: 'detr-softmax',
  title: 'DETR with a class for nothing',
  needsNms: false,
  conventions: [IMAGENET_RGB_STRETCHED],
  fit(facts) {
    const logits = namedOutput(facts, /logits/);
    const boxes = namedOutput(facts, /pred_boxes/);
    if (!logits || !boxes) return undefined;
    const columns = sizeOf(logits.shape?.at(-1));
    const isCoco = columns === COCO_91_NAMES.length + 1;
    return {
      outputs: [logits.name, boxes.name],
      classCount: facts.nameCount ?? (columns === undefined ? undefined : columns - 1),
      ...(isCoco && { classNames: COCO_91_NAMES }),
      exact: true,
    };
  },
  decode,
  contradiction([logits]) {
    return mostlyNothing(logits!) ? undefined : 'it has no class for nothing';
  },
};
