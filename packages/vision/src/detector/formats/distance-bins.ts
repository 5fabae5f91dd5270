import { LookoutError } from '@lookout/protocol';
import type { Decode, DecodeContext, OutputTensor } from '../decoder.js';
import { expectation } from './expectation.js';
import { type Facts, type Fit, sizeOf } from './facts.js';

/**
 * Heads of "generalized focal loss" models: per level a table of class scores N×C (sigmoid done) and one of N×(4·bins), the
 * distances from the cell's centre to left, top, right and bottom: a distribution over 0..bins−1 strides, whose expectation
 * (after softmax) is the distance. Reference: "Generalized Focal Loss", arXiv:2006.04388 §3.
 */
interface Level {
  stride: number;
  columns: number;
  scores: Float32Array;
  distances: Float32Array;
  bins: number;
}

const STRIDES = [8, 16, 32, 64, 128];

/** Pairs of score and distance tables, in whatever order. @param levels of the format. */
export function fitLevels({ outputs }: Facts, levels: number): Fit | undefined {
  if (outputs.length !== 2 * levels) return undefined;
  const widths = outputs.map(({ shape }) => sizeOf(shape?.at(-1)));
  const kinds = [...new Set(widths)];
  const areDistances = (width: number | undefined) => width !== undefined && width % 4 === 0 && width >= 16;
  if (kinds.length > 2 || kinds.includes(undefined) || !kinds.some(areDistances)) return undefined;
  return { outputs: outputs.map(({ name }) => name), classCount: widths[0], exact: true };
}

export const decodeDistanceBins: Decode = (outputs, context, into) => {
  const { confidence, classCount, classIds } = context;
  for (const level of levelsOf(outputs, context)) {
    const { scores, columns, stride } = level;
    // One pass over the table, as most scores are far below the threshold.
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i]!;
      if (score < confidence) continue;
      const cell = Math.floor(i / classCount);
      const classId = i - cell * classCount;
      if (classIds && !classIds.has(classId)) continue;
      const centerX = ((cell % columns) + 0.5) * stride;
      const centerY = (Math.floor(cell / columns) + 0.5) * stride;
      into.add(
        centerX - distance(level, cell, 0),
        centerY - distance(level, cell, 1),
        centerX + distance(level, cell, 2),
        centerY + distance(level, cell, 3),
        score,
        classId,
      );
    }
  }
};

/** Expectation of the distribution of one side, in pixels. */
function distance({ distances, bins, stride }: Level, cell: number, side: number): number {
  return expectation(distances, (cell * 4 + side) * bins, bins, 1) * stride;
}

/** Pairs score and distance tables by their number of cells and finds each level's stride from it. */
function levelsOf(outputs: readonly OutputTensor[], { width, height, classCount }: DecodeContext): Level[] {
  const tables = outputs.map((output) => ({
    data: output.data as Float32Array,
    rows: output.dims.at(-2)!,
    width: output.dims.at(-1)!,
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
    const shapes = outputs.map(({ dims }) => dims.join('×')).join(', ');
    throw new LookoutError(
      'model_unsupported',
      `Outputs ${shapes} are not ${classCount} class scores and distances per level`,
    );
  }
  return levels;
}
