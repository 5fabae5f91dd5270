import { SIGNED_RGB_STRETCHED, UNIT_BGR, UNIT_RGB, UNIT_RGB_STRETCHED } from './conventions.js';
import { type Facts, isFloat, sizeOf } from './facts.js';
import type { OutputFormat, OutputTensor } from './output-format.js';
import { largestOf, scoresAndBoxes } from './tables.js';

/** A transformer has fewer queries than a grid has boxes. */
const MAX_QUERIES = 1000;
/** Share of rows that must sum to 1: all of them, allowing for rounding. */
const NEARLY_ALL = 0.95;
/** Number of UltraFace's priors at 320×240 and 640×480. */
const ULTRA_FACE_ROWS = [4420, 17_640];

/**
 * Two outputs, the boxes and scores of all cells, as in YOLO-NAS without NMS and YOLOv4. Input: BGR or RGB / 255. One is 1×N×4 (or
 * 1×N×1×4): x1, y1, x2, y2 in input pixels, or 0..1; the other 1×N×classes: scores, with the sigmoid applied.
 * Follows SuperGradients' `NDFLHeads` and `Tianxiaomo/pytorch-YOLOv4: tool/utils.py`.
 */
export const boxesScores: OutputFormat = {
  format: 'boxes-scores',
  title: 'boxes and scores of YOLO-NAS',
  needsNms: true,
  conventions: [UNIT_BGR, UNIT_RGB, UNIT_RGB_STRETCHED],
  fit(facts) {
    const pair = findPair(facts);
    if (!pair || (facts.nameCount ?? 0) > pair.columns) return undefined;
    return {
      outputs: [pair.boxes, pair.scores],
      classCount: facts.nameCount ?? pair.columns,
      exact: pair.rows > MAX_QUERIES,
    };
  },
  decode([places, scores], { classCount, confidence, classIds }, into) {
    const { data, rows, columns, boxes } = scoresAndBoxes(scores, places, classCount);
    for (let row = 0; row < rows; row++) {
      const classId = largestOf(data, row * columns, classCount);
      const score = data[row * columns + classId]!;
      if (score < confidence || (classIds && !classIds.has(classId))) continue;
      const at = row * 4;
      into.add(boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!, score, classId);
    }
  },
  contradiction([, scores]) {
    return scores && sumUpToOne(scores) ? 'the scores of each box sum up to 1' : undefined;
  },
};

/**
 * SSD heads with decoded boxes and a background class, as in UltraFace. Input: RGB, (level − 127) / 128, stretched.
 * `boxes` 1×N×4: x1, y1, x2, y2 in 0..1; `scores` 1×N×(1 + classes): softmax applied, the background first.
 * Follows `Linzaer/Ultra-Light-Fast-Generic-Face-Detector-1MB: vision/ssd/predictor.py`.
 */
export const ssdHead: OutputFormat = {
  format: 'ssd-head',
  title: 'SSD with a background class',
  needsNms: true,
  conventions: [{ ...SIGNED_RGB_STRETCHED, mean: [127, 127, 127], std: [128, 128, 128] }],
  fit(facts) {
    const pair = findPair(facts);
    if (!pair || pair.columns < 2 || (facts.nameCount ?? 0) > pair.columns - 1) return undefined;
    return {
      outputs: [pair.boxes, pair.scores],
      classCount: facts.nameCount ?? pair.columns - 1,
      ...(pair.columns === 2 && ULTRA_FACE_ROWS.includes(pair.rows) && { classNames: ['face'] }),
      exact: true,
    };
  },
  decode([places, scores], { width, height, classCount, confidence, classIds }, into) {
    const { data, rows, columns, boxes } = scoresAndBoxes(scores, places, 1 + classCount);
    for (let row = 0; row < rows; row++) {
      const start = row * columns + 1;
      const classId = largestOf(data, start, classCount);
      const score = data[start + classId]!;
      if (score < confidence || (classIds && !classIds.has(classId))) continue;
      const [x1, y1] = [boxes[row * 4]! * width, boxes[row * 4 + 1]! * height];
      into.add(x1, y1, boxes[row * 4 + 2]! * width, boxes[row * 4 + 3]! * height, score, classId);
    }
  },
  contradiction([, scores]) {
    return scores && sumUpToOne(scores) ? undefined : 'the scores of each box do not sum up to 1';
  },
};

/** Finds the boxes and the scores among the outputs. */
function findPair({ outputs }: Facts): { boxes: string; scores: string; rows: number; columns: number } | undefined {
  const floats = outputs.flatMap(({ name, type, shape }) =>
    isFloat(type) && shape && shape.length >= 3 ? [{ name, shape }] : [],
  );
  // With four classes both have the same shape: go by the names, or else assume that boxes come first.
  const fours = floats.filter(({ shape }) => shape.at(-1) === 4);
  const boxes = fours.find(({ name }) => /box|loc/i.test(name)) ?? fours[0];
  const rows = sizeOf(boxes?.shape[1]);
  const scores = floats.find((one) => one !== boxes && one.shape.length === 3 && one.shape[1] === rows);
  const columns = sizeOf(scores?.shape[2]);
  if (!boxes || !scores || rows === undefined || columns === undefined) return undefined;
  return { boxes: boxes.name, scores: scores.name, rows, columns };
}

/** Whether the scores of each box, including the background's, sum to 1. */
function sumUpToOne(scores: OutputTensor): boolean {
  const columns = scores.dims.at(-1) ?? 1;
  const table = scores.data as Float32Array;
  let ones = 0;
  for (let row = 0; row < table.length; row += columns) {
    let sum = 0;
    for (let i = 0; i < columns; i++) sum += table[row + i]!;
    if (Math.abs(sum - 1) < 0.01) ones++;
  }
  return columns > 1 && ones > (NEARLY_ALL * table.length) / columns;
}
