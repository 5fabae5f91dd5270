import { LookoutError } from '@lookout/protocol';
import type { Decode, OutputFormat } from '../decoder.js';
import { CellGrid } from './cell-grid.js';
import { BYTES_BGR } from './conventions.js';
import { fitCellRows } from './facts.js';
import { tableOf } from './table.js';

const STRIDES = [8, 16, 32];

/**
 * YOLOX (Megvii, Apache-2.0). Input of the original: BGR bytes, letterboxed top-left on 114. Output 1×N×(5 + classes), one
 * row per cell of strides 8, 16, 32: offset from the cell, log of the size, both in strides; objectness and class scores,
 * sigmoid done. Follows `yolox/utils/demo_utils.py`.
 */
const decode: Decode = (outputs, { width, height, classCount, confidence, classIds }, into) => {
  const cells = outputs[0]?.cells;
  if (cells?.length === 0 && confidence > 0) return;
  const { data, rows, columns } = tableOf(outputs[0], 'yolox', 5 + classCount);
  const grid = new CellGrid(width, height, STRIDES);
  // Asked for everything, the graph leaves out nothing.
  if ((!cells || confidence === 0) && rows !== grid.count) {
    throw new LookoutError(
      'model_unsupported',
      `YOLOX gives ${grid.count} rows at ${width}×${height}, the model ${rows}`,
    );
  }
  for (let row = 0, at = 0; row < rows; row++, at += columns) {
    const objectness = data[at + 4]!;
    if (objectness < confidence) continue;
    let classId = 0;
    for (let i = 1; i < classCount; i++) if (data[at + 5 + i]! > data[at + 5 + classId]!) classId = i;
    const score = objectness * data[at + 5 + classId]!;
    if (score < confidence || (classIds && !classIds.has(classId))) continue;
    grid.seek(cells ? cells[row]! : row);
    const { stride } = grid;
    const centerX = (data[at]! + grid.column) * stride;
    const centerY = (data[at + 1]! + grid.row) * stride;
    const halfWidth = (Math.exp(data[at + 2]!) * stride) / 2;
    const halfHeight = (Math.exp(data[at + 3]!) * stride) / 2;
    into.add(centerX - halfWidth, centerY - halfHeight, centerX + halfWidth, centerY + halfHeight, score, classId);
  }
};

export const yolox: OutputFormat = {
  format: 'yolox',
  title: 'YOLOX',
  needsNms: true,
  scoresAreProducts: true,
  conventions: [BYTES_BGR],
  fit: fitCellRows,
  decode,
  floor: (confidence) => confidence,
};
