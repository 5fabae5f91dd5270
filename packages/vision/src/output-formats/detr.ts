import { LookoutError } from '@lookout/protocol/core';
import { COCO_91_NAMES } from '../model-info/coco-names.js';
import { IMAGENET_RGB_STRETCHED, UNIT_RGB_STRETCHED } from './conventions.js';
import { cellCounts, fitByMetadata, isFloat, namedOutput, outputTables, sizeOf } from './facts.js';
import { objectsOf } from './lists.js';
import type { BoxSink, DecodeContext, OutputFormat, OutputTensor } from './output-format.js';
import { addCentered, largestOf, logit, scoresAndBoxes, sigmoid, tableOf } from './tables.js';

/** The known models have 300 queries. Grids of cells have more rows. */
const MAX_QUERIES = 1000;

/**
 * The DETR family (RT-DETR, D-FINE, DEIM, LW-DETR). Each object appears once, so there is no NMS. Two kinds of export are known:
 * - with post-processing: inputs `images` and `orig_target_sizes`, outputs `labels`, `boxes` (x1, y1, x2, y2 in pixels
 *   of the sizes given: here the model's input) and `scores`, with or without a batch dimension;
 * - without: outputs `logits` Q×classes (before the sigmoid) and `pred_boxes` Q×4 (centre and size, 0..1).
 */
export const detr: OutputFormat = {
  format: 'detr',
  title: 'the DETR family',
  needsNms: false,
  conventions: [UNIT_RGB_STRETCHED, IMAGENET_RGB_STRETCHED],
  fit({ outputs, nameCount }) {
    const processed = processedOf(outputs);
    if (processed) {
      const { classes, boxes, scores } = processed;
      return { outputs: [classes.name, boxes.name, scores.name], classCount: nameCount, exact: true };
    }
    const bare = bareOf(outputs);
    if (!bare) return undefined;
    return {
      outputs: [bare.logits.name, bare.boxes.name],
      classCount: nameCount ?? sizeOf(bare.logits.shape?.at(-1)),
      exact: true,
    };
  },
  decode(outputs, context, into) {
    const processed = processedOf(outputs);
    if (processed) {
      for (const { box, score, classId } of objectsOf('detr', processed, context)) into.add(...box, score, classId);
      return;
    }
    const bare = bareOf(outputs);
    if (bare) return decodeLogits(bare.logits, bare.boxes, context, into);
    const names = outputs.map(({ name }) => name).join(', ');
    throw new LookoutError(
      'model_unsupported',
      `Expected outputs labels, boxes, scores or logits, pred_boxes; got ${names}`,
    );
  },
  contradiction(outputs) {
    const logits = namedOutput({ outputs }, /logits/);
    return logits && mostlyNothing(logits) ? 'it has a class for nothing' : undefined;
  },
};

function processedOf<T extends { name: string }>(outputs: readonly T[]) {
  const classes = namedOutput({ outputs }, /^labels/);
  const boxes = namedOutput({ outputs }, /^boxes/);
  const scores = namedOutput({ outputs }, /^scores/);
  return classes && boxes && scores && { classes, boxes, scores };
}

function bareOf<T extends { name: string }>(outputs: readonly T[]) {
  const logits = namedOutput({ outputs }, /logits/);
  const boxes = namedOutput({ outputs }, /pred_boxes/);
  return logits && boxes && { logits, boxes };
}

/** Reads queries: logits before the sigmoid, and boxes as centre and size in 0..1 of the input. */
function decodeLogits(
  logits: OutputTensor | undefined,
  predicted: OutputTensor | undefined,
  context: DecodeContext,
  into: BoxSink,
): void {
  const { classCount, confidence, classIds } = context;
  const { data, rows, columns, boxes } = scoresAndBoxes(logits, predicted, classCount);
  const minLogit = logit(confidence);
  for (let query = 0; query < rows; query++) {
    const classId = largestOf(data, query * columns, classCount);
    const best = data[query * columns + classId]!;
    if (best < minLogit || (classIds && !classIds.has(classId))) continue;
    addFraction(boxes, query * 4, sigmoid(best), classId, context, into);
  }
}

/** Adds the box whose centre and size, in 0..1 of the input, start at `at`. */
function addFraction(
  values: Float32Array,
  at: number,
  score: number,
  classId: number,
  { width, height }: DecodeContext,
  into: BoxSink,
): void {
  const [x, y] = [values[at]! * width, values[at + 1]! * height];
  addCentered(into, x, y, values[at + 2]! * width, values[at + 3]! * height, score, classId);
}

/**
 * RF-DETR (Roboflow, Apache-2.0). Input: RGB with ImageNet's mean and deviation, stretched. `dets` 1×queries×4: centre and size in
 * 0..1 of the input; `labels` 1×queries×slots: logits, before the sigmoid. Models trained on COCO have 91 slots, numbered by COCO's
 * category ids; others have one more slot than classes, the last for the background. Follows <https://rfdetr.roboflow.com>,
 * "ONNX Inference".
 */
export const rfDetr: OutputFormat = {
  format: 'rf-detr',
  title: 'RF-DETR',
  needsNms: false,
  conventions: [IMAGENET_RGB_STRETCHED],
  fit(facts) {
    const dets = namedOutput(facts, /^dets$/);
    const labels = namedOutput(facts, /^labels$/);
    const slots = sizeOf(labels?.shape?.at(-1));
    if (!dets || !labels || sizeOf(dets.shape?.at(-1)) !== 4 || !isFloat(labels.type)) return undefined;
    const isCoco = slots === COCO_91_NAMES.length;
    return {
      outputs: [labels.name, dets.name],
      classCount: facts.nameCount ?? (isCoco || slots === undefined ? slots : slots - 1),
      ...(isCoco && { classNames: COCO_91_NAMES }),
      exact: true,
    };
  },
  decode: ([labels, dets], context, into) => decodeLogits(labels, dets, context, into),
};

/**
 * The first DETR (facebookresearch, Apache-2.0) and YOLOS. Input: RGB with ImageNet's mean and deviation. `logits`
 * 1×queries×(classes + 1), before the softmax, the last one for "no object"; `pred_boxes` 1×queries×4: centre and size in
 * 0..1 of the input. Models trained on COCO number classes by COCO's category ids. Follows `models/detr.py: PostProcess`.
 */
export const detrSoftmax: OutputFormat = {
  format: 'detr-softmax',
  title: 'DETR with a class for nothing',
  needsNms: false,
  conventions: [IMAGENET_RGB_STRETCHED],
  fit(facts) {
    const bare = bareOf(facts.outputs);
    if (!bare) return undefined;
    const columns = sizeOf(bare.logits.shape?.at(-1));
    const isCoco = columns === COCO_91_NAMES.length + 1;
    return {
      outputs: [bare.logits.name, bare.boxes.name],
      classCount: facts.nameCount ?? (columns === undefined ? undefined : columns - 1),
      ...(isCoco && { classNames: COCO_91_NAMES }),
      exact: true,
    };
  },
  decode([logits, predicted], context, into) {
    const { classCount, confidence, classIds } = context;
    const { data, rows, columns, boxes } = scoresAndBoxes(logits, predicted, 2);
    for (let query = 0; query < rows; query++) {
      const row = query * columns;
      const largest = data[row + largestOf(data, row, columns)]!;
      let sum = 0;
      for (let i = 0; i < columns; i++) sum += Math.exp(data[row + i]! - largest);
      const classId = largestOf(data, row, Math.min(columns - 1, classCount));
      const score = Math.exp(data[row + classId]! - largest) / sum;
      if (score < confidence || (classIds && !classIds.has(classId))) continue;
      addFraction(boxes, query * 4, score, classId, context, into);
    }
  },
  contradiction([logits]) {
    return logits && mostlyNothing(logits) ? undefined : 'it has no class for nothing';
  },
};

/**
 * Whether most rows say "no object": their last column is the largest, and its logit is positive. Where each class is scored
 * independently (sigmoid), rows without an object have only negative logits.
 */
function mostlyNothing(logits: OutputTensor): boolean {
  const columns = logits.dims.at(-1) ?? 1;
  const table = logits.data as Float32Array;
  let nothing = 0;
  for (let row = 0; row < table.length; row += columns) {
    const largest = largestOf(table, row, columns);
    if (largest === columns - 1 && table[row + largest]! > 0) nothing++;
  }
  return columns > 1 && nothing > table.length / columns / 2;
}

/**
 * RT-DETR as Ultralytics exports it. Input: RGB / 255, stretched. Output 1×queries×(4 + classes): centre and size in 0..1 of the
 * input, then class scores with the sigmoid applied. Each object appears once, so there is no NMS. Follows
 * `ultralytics/models/rtdetr/val.py`.
 */
export const rtdetr: OutputFormat = {
  format: 'rtdetr',
  title: 'RT-DETR of Ultralytics',
  needsNms: false,
  conventions: [UNIT_RGB_STRETCHED],
  fit(facts) {
    const { nameCount } = facts;
    const [table] = outputTables(facts);
    const { name, rows, columns } = table ?? {};
    // Other formats have their scores or classes in a second output.
    const isAlone = facts.outputs.every((output) => output.name === name || (output.shape?.length ?? 0) > 3);
    if (!isAlone || name === undefined || rows === undefined || columns === undefined) {
      return fitByMetadata(facts, 'rtdetr');
    }
    if (columns < 5 || rows < columns || rows > MAX_QUERIES) return undefined;
    if (nameCount !== undefined && nameCount !== columns - 4) return undefined;
    // If there are as many rows as a grid has cells, they are more likely one per cell.
    return { outputs: [name], classCount: columns - 4, exact: !cellCounts(facts).includes(rows) };
  },
  decode(outputs, context, into) {
    const { classCount, confidence, classIds } = context;
    const { data, columns } = tableOf(outputs[0], 'rtdetr', 4 + classCount);
    for (let at = 0; at < data.length; at += columns) {
      const classId = largestOf(data, at + 4, classCount);
      const score = data[at + 4 + classId]!;
      if (score < confidence || (classIds && !classIds.has(classId))) continue;
      addFraction(data, at, score, classId, context, into);
    }
  },
};
