import { LookoutError } from '@lookout/protocol/core';
import type { BoxSink, OutputTensor } from './output-format.js';

export interface Table {
  data: Float32Array;
  rows: number;
  columns: number;
}

/**
 * The last two dimensions of an output for one picture.
 * @param minColumns what the format needs for the model's classes
 * @throws LookoutError `model_unsupported`
 */
export function tableOf(output: OutputTensor | undefined, format: string, minColumns: number): Table {
  const rows = output?.dims.at(-2);
  const columns = output?.dims.at(-1);
  if (!output || !rows || !columns || columns < minColumns || output.data.length !== rows * columns) {
    throw new LookoutError(
      'model_unsupported',
      `Expected an output of at least ${minColumns} columns for ${format}, got ${shapesOf([output])}`,
    );
  }
  return { data: output.data as Float32Array, rows, columns };
}

/**
 * A table of scores or logits, with the four numbers of each row's box in another output.
 * @throws LookoutError `model_unsupported` if there are not as many boxes as rows.
 */
export function scoresAndBoxes(
  scores: OutputTensor | undefined,
  boxes: OutputTensor | undefined,
  minColumns: number,
): Table & { boxes: Float32Array } {
  const columns = scores?.dims.at(-1) ?? 0;
  if (!boxes || !scores || columns < minColumns || boxes.data.length * columns !== scores.data.length * 4) {
    throw new LookoutError(
      'model_unsupported',
      `Expected scores N×${minColumns} and boxes N×4, got ${shapesOf([scores, boxes])}`,
    );
  }
  const data = scores.data as Float32Array;
  return { data, rows: data.length / columns, columns, boxes: boxes.data as Float32Array };
}

/** For messages: `1×84×8400, none`. */
export function shapesOf(outputs: readonly (OutputTensor | undefined)[]): string {
  return outputs.map((output) => output?.dims.join('×') ?? 'none').join(', ');
}

/** Index, counted from `start`, of the largest of `count` values from `start` on; the first if several are equal. */
export function largestOf(values: Float32Array, start: number, count: number): number {
  let largest = 0;
  for (let i = 1; i < count; i++) if (values[start + i]! > values[start + largest]!) largest = i;
  return largest;
}

/** Adds a box given by its centre and size. */
export function addCentered(
  into: BoxSink,
  centerX: number,
  centerY: number,
  width: number,
  height: number,
  score: number,
  classId: number,
): void {
  const halfWidth = width / 2;
  const halfHeight = height / 2;
  into.add(centerX - halfWidth, centerY - halfHeight, centerX + halfWidth, centerY + halfHeight, score, classId);
}

/** Inverse of the sigmoid. Scores at or below 0 become -Infinity, so that nothing is below them. */
export function logit(score: number): number {
  return score <= 0 ? -Infinity : Math.log(score / (1 - score));
}

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** The cells of several strides, numbered as grid detectors do: one stride after another, each row by row. */
export class CellGrid {
  /** Column and row of the cell last looked up, within its stride. */
  column = 0;
  row = 0;
  /** Its side, pixels of the model's input. */
  stride = 0;
  /** Number of cells of all strides together. */
  readonly count: number;
  readonly #levels: { start: number; end: number; columns: number; stride: number }[] = [];

  /** @param width,height of the model's input, pixels */
  constructor(width: number, height: number, strides: readonly number[]) {
    let start = 0;
    for (const stride of strides) {
      const columns = Math.ceil(width / stride);
      const end = start + columns * Math.ceil(height / stride);
      this.#levels.push({ start, end, columns, stride });
      start = end;
    }
    this.count = start;
  }

  /** @throws LookoutError `model_unsupported` when there is no such cell. */
  seek(cell: number): void {
    const level = this.#levels.find(({ end }) => cell < end);
    if (!level) {
      throw new LookoutError('model_unsupported', `The model has more cells than the ${this.count} of its format`);
    }
    const within = cell - level.start;
    this.column = within % level.columns;
    this.row = Math.floor(within / level.columns);
    this.stride = level.stride;
  }
}
