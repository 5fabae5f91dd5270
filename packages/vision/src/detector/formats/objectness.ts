import type { Decode, DecodeContext, OutputTensor } from '../decoder.js';
import { CellGrid } from './cell-grid.js';
import { tableOf } from './table.js';

const FINE = [8, 16, 32];
/** Cells between a box and its cell, both ways together. */
const NEAR = 4;

/**
 * Tables of 1×N×(5 + classes [+ others]): centre and size in input pixels, objectness, class scores, sigmoid done. The score is
 * objectness × class; best class only.
 * @param format whose name errors give.
 */
export function decodeObjectness(format: string): Decode {
  return (outputs, { classCount, confidence, classIds }, into) => {
    const { data, columns } = tableOf(outputs[0], format, 5 + classCount);
    for (let at = 0; at < data.length; at += columns) {
      const objectness = data[at + 4]!;
      if (objectness < confidence) continue;
      let classId = 0;
      for (let i = 1; i < classCount; i++) if (data[at + 5 + i]! > data[at + 5 + classId]!) classId = i;
      const score = objectness * data[at + 5 + classId]!;
      if (score < confidence || (classIds && !classIds.has(classId))) continue;
      const halfWidth = data[at + 2]! / 2;
      const halfHeight = data[at + 3]! / 2;
      into.add(
        data[at]! - halfWidth,
        data[at + 1]! - halfHeight,
        data[at]! + halfWidth,
        data[at + 1]! + halfHeight,
        score,
        classId,
      );
    }
  };
}

/**
 * Whether the boxes of a table of one row per cell lie about their cells: decoded boxes do, offsets from the cell don't. In pixels, or in
 * 0..1 of the input.
 */
export function followsGrid(outputs: readonly OutputTensor[], { width, height, classCount }: DecodeContext): boolean {
  const { data, rows, columns } = tableOf(outputs[0], 'objectness', 5 + classCount);
  const strides = new CellGrid(width, height, FINE).count === rows ? FINE : [...FINE, 64];
  const grid = new CellGrid(width, height, strides);
  let [pixels, fractions] = [0, 0];
  for (let row = 0; row < rows; row++) {
    grid.seek(row);
    const at = row * columns;
    const far = (scaleX: number, scaleY: number) =>
      Math.abs((data[at]! * scaleX) / grid.stride - grid.column - 0.5) +
      Math.abs((data[at + 1]! * scaleY) / grid.stride - grid.row - 0.5);
    if (far(1, 1) < NEAR) pixels++;
    if (far(width, height) < NEAR) fractions++;
  }
  return Math.max(pixels, fractions) > rows / 2;
}

/** Whether every row's objectness is 1: models without one write that so that the table looks like the others'. */
export function isObjectnessConstant(outputs: readonly OutputTensor[], { classCount }: DecodeContext): boolean {
  const { data, columns } = tableOf(outputs[0], 'objectness', 5 + classCount);
  for (let at = 4; at < data.length; at += columns) if (data[at] !== 1) return false;
  return true;
}
