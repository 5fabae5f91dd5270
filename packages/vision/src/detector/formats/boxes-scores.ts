import { LookoutError } from '@lookout/protocol';
import type { Decode, OutputFormat, OutputTensor } from '../decoder.js';
import { UNIT_BGR, UNIT_RGB, UNIT_RGB_STRETCHED } from './conventions.js';
import { type Facts, isFloat, sizeOf } from './facts.js';

/** Queries of a transformer are fewer than boxes of a grid. */
const FEW = 1000;
/** Of rows that sum up to 1 within rounding. */
const MOST = 0.95;

/**
 * Two outputs, boxes and scores of all cells, as YOLO-NAS without NMS and YOLOv4 give them. Input: BGR or RGB / 255. One 1×N×4 (or
 * 1×N×1×4): x1, y1, x2, y2 in input pixels, or 0..1; one 1×N×classes: scores, sigmoid done.
 * Follows SuperGradients' `NDFLHeads` and `Tianxiaomo/pytorch-YOLOv4: tool/utils.py`.
 */
const decode: Decode = ([boxes, scores], { classCount, confidence, classIds }, into) => {
  const { places, table, columns } = pairOf(boxes, scores, classCount);
  for (let box = 0; box * columns < table.length; box++) {
    const row = box * columns;
    let classId = 0;
    for (let i = 1; i < classCount; i++) if (table[row + i]! > table[row + classId]!) classId = i;
    const score = table[row + classId]!;
    if (score < confidence || (classIds && !classIds.has(classId))) continue;
    into.add(places[box * 4]!, places[box * 4 + 1]!, places[box * 4 + 2]!, places[box * 4 + 3]!, score, classId);
  }
};

/** @throws LookoutError `model_unsupported` where there are not as many boxes as rows of scores. */
export function pairOf(boxes: OutputTensor | undefined, scores: OutputTensor | undefined, leastColumns: number) {
  const columns = scores?.dims.at(-1) ?? 0;
  if (!boxes || !scores || columns < leastColumns || boxes.data.length * columns !== scores.data.length * 4) {
    const shapes = [boxes, scores].map((one) => one?.dims.join('×') ?? 'none').join(', ');
    throw new LookoutError('model_unsupported', `Expected boxes N×4 and scores N×${leastColumns}, got ${shapes}`);
  }
  return { places: boxes.data as Float32Array, table: scores.data as Float32Array, columns };
}

/** Boxes and scores among the outputs. */
export function findPair({
  outputs,
}: Facts): { boxes: string; scores: string; rows: number; columns: number } | undefined {
  const floats = outputs.filter(({ type, shape }) => isFloat(type) && shape !== undefined && shape.length >= 3);
  // With four classes both look the same: the name tells, or else boxes come first.
  const fours = floats.filter(({ shape }) => shape!.at(-1) === 4);
  const boxes = fours.find(({ name }) => /box|loc/i.test(name)) ?? fours[0];
  const rows = sizeOf(boxes?.shape?.[1]);
  const scores = floats.find((one) => one !== boxes && one.shape!.length === 3 && one.shape![1] === rows);
  const columns = sizeOf(scores?.shape?.[2]);
  if (!boxes || !scores || rows === undefined || columns === undefined) return undefined;
  return { boxes: boxes.name, scores: scores.name, rows, columns };
}

/** Whether the scores of a box are parts of 1, the background's among them. */
export function sumUpToOne(scores: OutputTensor): boolean {
  const columns = scores.dims.at(-1)!;
  const table = scores.data as Float32Array;
  let ones = 0;
  for (let row = 0; row < table.length; row += columns) {
    let sum = 0;
    for (let i = 0; i < columns; i++) sum += table[row + i]!;
    if (Math.abs(sum - 1) < 0.01) ones++;
  }
  return columns > 1 && ones > (MOST * table.length) / columns;
}

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
      exact: pair.rows > FEW,
    };
  },
  decode,
  contradiction([, scores]) {
    return sumUpToOne(scores!) ? 'the scores of each box sum up to 1' : undefined;
  },
};
