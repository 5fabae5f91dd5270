import { LookoutError } from '@lookout/protocol/core';
import { IMAGENET_BGR, IMAGENET_RGB_STRETCHED } from './conventions.js';
import { type Facts, type Fit, sizeOf } from './facts.js';
import type { BoxSink, Decode, DecodeContext, OutputFormat, OutputTensor } from './output-format.js';
import { CellGrid, logit, shapesOf, sigmoid } from './tables.js';

/**
 * Heads of "generalized focal loss" models: per level, a table of class scores N×C (sigmoid applied) and one of N×(4·bins) for the
 * distances from the cell's centre to the left, top, right and bottom edges. Each is a distribution over 0..bins−1 strides, whose
 * expectation (after softmax) is the distance. Reference: "Generalized Focal Loss", arXiv:2006.04388 §3.
 */
interface Level {
  stride: number;
  columns: number;
  scores: Float32Array;
  distances: Float32Array;
  bins: number;
}

/** Strides of the levels that such models have, pixels. */
const STRIDES = [8, 16, 32, 64, 128];
const NANODET_STRIDES = [8, 16, 32];
const PICODET_LEVELS = 4;

/**
 * NanoDet (RangiLyu, Apache-2.0): three levels, strides 8, 16, 32; 11 bins for NanoDet-g, 8 for NanoDet-m. Input of the
 * original: BGR, ImageNet mean and deviation. Follows `nanodet/model/head/gfl_head.py`. Two forms are known: tables of scores
 * and distances, as published; and the raw heads, 1×(classes + 4·bins)×cells, of the cells picked by the graph, whose scores are
 * logits.
 */
export const nanodet: OutputFormat = {
  format: 'nanodet',
  title: 'NanoDet',
  needsNms: true,
  conventions: [IMAGENET_BGR],
  fit: (facts) => fitLevels(facts, NANODET_STRIDES.length),
  decode(outputs, context, into) {
    const [output] = outputs;
    if (output?.cells) decodeHeads(output, output.cells, context, into);
    else decodeLevels(outputs, context, into);
  },
  floor: logit,
};

/**
 * PicoDet (PaddleDetection, Apache-2.0): four levels, strides 8 to 64, 8 bins. Input of the original: RGB, ImageNet mean and
 * deviation. Follows `ppdet/modeling/heads/pico_head.py`.
 */
export const picodet: OutputFormat = {
  format: 'picodet',
  title: 'PicoDet',
  needsNms: true,
  conventions: [IMAGENET_RGB_STRETCHED],
  fit: (facts) => fitLevels(facts, PICODET_LEVELS),
  decode: (outputs, context, into) => decodeLevels(outputs, context, into),
};

/** Whether the outputs are pairs of score and distance tables, in any order. @param levels how many the format has. */
function fitLevels({ outputs }: Facts, levels: number): Fit | undefined {
  if (outputs.length !== 2 * levels) return undefined;
  const widths = outputs.map(({ shape }) => sizeOf(shape?.at(-1)));
  const kinds = [...new Set(widths)];
  const areDistances = (width: number | undefined) => width !== undefined && width % 4 === 0 && width >= 16;
  if (kinds.length > 2 || kinds.includes(undefined) || !kinds.some(areDistances)) return undefined;
  return { outputs: outputs.map(({ name }) => name), classCount: widths[0], exact: true };
}

const decodeLevels: Decode = (outputs, context, into) => {
  const { confidence, classCount, classIds } = context;
  for (const { scores, distances, bins, columns, stride } of levelsOf(outputs, context)) {
    const distance = (cell: number, side: number) => expectation(distances, (cell * 4 + side) * bins, bins, 1) * stride;
    // Most scores are far below the threshold, so scan the table once for those that are not.
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i]!;
      if (score < confidence) continue;
      const cell = Math.floor(i / classCount);
      const classId = i - cell * classCount;
      if (classIds && !classIds.has(classId)) continue;
      const centerX = ((cell % columns) + 0.5) * stride;
      const centerY = (Math.floor(cell / columns) + 0.5) * stride;
      into.add(
        centerX - distance(cell, 0),
        centerY - distance(cell, 1),
        centerX + distance(cell, 2),
        centerY + distance(cell, 3),
        score,
        classId,
      );
    }
  }
};

/** Pairs score and distance tables by their number of cells, which also gives each level's stride. */
function levelsOf(outputs: readonly OutputTensor[], { width, height, classCount }: DecodeContext): Level[] {
  const tables = outputs.map(({ data, dims }) => ({
    data: data as Float32Array,
    rows: dims.at(-2) ?? 0,
    width: dims.at(-1) ?? 0,
  }));
  const levels: Level[] = [];
  for (const stride of STRIDES) {
    const columns = Math.ceil(width / stride);
    const rows = columns * Math.ceil(height / stride);
    const pair = tables.filter((table) => table.rows === rows);
    const scores = pair.find((table) => table.width === classCount);
    const distances = pair.find((table) => table !== scores && table.width % 4 === 0);
    if (scores && distances) {
      levels.push({ stride, columns, scores: scores.data, distances: distances.data, bins: distances.width / 4 });
    }
  }
  if (levels.length * 2 !== outputs.length) {
    throw new LookoutError(
      'model_unsupported',
      `Outputs ${shapesOf(outputs)} are not ${classCount} class scores and distances per level`,
    );
  }
  return levels;
}

function decodeHeads({ dims, data }: OutputTensor, picked: Int32Array, context: DecodeContext, into: BoxSink): void {
  const { width, height, classCount, confidence, classIds } = context;
  const [, channels = 0, cells = 0] = dims;
  const bins = (channels - classCount) / 4;
  if (!Number.isInteger(bins) || bins < 2) {
    throw new LookoutError('model_unsupported', `A head of ${channels} channels does not fit ${classCount} classes`);
  }
  const values = data as Float32Array;
  const grid = new CellGrid(width, height, NANODET_STRIDES);
  // The sigmoid is monotonic, so logits can be compared directly.
  const minLogit = logit(confidence);
  const distance = (cell: number, side: number) =>
    expectation(values, (classCount + side * bins) * cells + cell, bins, cells);
  for (let classId = 0; classId < classCount; classId++) {
    if (classIds && !classIds.has(classId)) continue;
    const start = classId * cells;
    for (let cell = 0; cell < cells; cell++) {
      const score = values[start + cell]!;
      if (score < minLogit) continue;
      grid.seek(picked[cell]!);
      const { stride } = grid;
      const x = grid.column + 0.5;
      const y = grid.row + 0.5;
      into.add(
        (x - distance(cell, 0)) * stride,
        (y - distance(cell, 1)) * stride,
        (x + distance(cell, 2)) * stride,
        (y + distance(cell, 3)) * stride,
        sigmoid(score),
        classId,
      );
    }
  }
}

/** Expectation of the distribution whose logits are at `start`, `start + step` …: softmax, then the mean bin. */
function expectation(values: Float32Array, start: number, bins: number, step: number): number {
  let largest = -Infinity;
  for (let bin = 0; bin < bins; bin++) largest = Math.max(largest, values[start + bin * step]!);
  let sum = 0;
  let weighted = 0;
  for (let bin = 0; bin < bins; bin++) {
    const weight = Math.exp(values[start + bin * step]! - largest);
    sum += weight;
    weighted += weight * bin;
  }
  return weighted / sum;
}
