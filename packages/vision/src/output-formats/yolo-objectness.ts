import { LookoutError } from '@lookout/protocol/core';
import { BYTES_BGR, UNIT_RGB } from './conventions.js';
import { cellCounts, fitByMetadata, fitCellRows, maskCount, outputTables } from './facts.js';
import type { Decode, DecodeContext, OutputFormat, OutputTensor } from './output-format.js';
import { addCentered, CellGrid, largestOf, tableOf } from './tables.js';

/** Strides of the usual grid, pixels; some models have one more level, of 64. */
const STRIDES = [8, 16, 32];
/** Anchors of each cell of YOLOv5. */
const ANCHORS = 3;
/** A box is near its cell if its centre is at most this far away, horizontal and vertical distance added, cells. */
const MAX_DISTANCE_CELLS = 4;

/**
 * YOLOX (Megvii, Apache-2.0). Input of the original: BGR bytes, letterboxed top-left on 114. Output 1×N×(5 + classes), one
 * row per cell of strides 8, 16, 32: offset from the cell, log of the size, both in strides; objectness and class scores,
 * sigmoid applied. Follows `yolox/utils/demo_utils.py`.
 */
export const yolox: OutputFormat = {
  format: 'yolox',
  title: 'YOLOX',
  needsNms: true,
  scoresAreProducts: true,
  conventions: [BYTES_BGR],
  fit: fitCellRows,
  decode(outputs, { width, height, classCount, confidence, classIds }, into) {
    const cells = outputs[0]?.cells;
    if (cells?.length === 0 && confidence > 0) return;
    const { data, rows, columns } = tableOf(outputs[0], 'yolox', 5 + classCount);
    const grid = new CellGrid(width, height, STRIDES);
    // At a threshold of -Infinity the graph leaves out no cells.
    if ((!cells || confidence === 0) && rows !== grid.count) {
      throw new LookoutError(
        'model_unsupported',
        `YOLOX gives ${grid.count} rows at ${width}×${height}, the model ${rows}`,
      );
    }
    for (let row = 0, at = 0; row < rows; row++, at += columns) {
      const objectness = data[at + 4]!;
      if (objectness < confidence) continue;
      const classId = largestOf(data, at + 5, classCount);
      const score = objectness * data[at + 5 + classId]!;
      if (score < confidence || (classIds && !classIds.has(classId))) continue;
      grid.seek(cells ? cells[row]! : row);
      const { stride } = grid;
      const centerX = (data[at]! + grid.column) * stride;
      const centerY = (data[at + 1]! + grid.row) * stride;
      const boxWidth = Math.exp(data[at + 2]!) * stride;
      const boxHeight = Math.exp(data[at + 3]!) * stride;
      addCentered(into, centerX, centerY, boxWidth, boxHeight, score, classId);
    }
  },
  floor: (confidence) => confidence,
};

/**
 * YOLOX exported with `--decode_in_inference`: like YOLOX, but the graph applies the grid itself, so rows hold centre and size in
 * input pixels.
 */
export const yoloxDecoded: OutputFormat = {
  format: 'yolox-decoded',
  title: 'YOLOX with decoded boxes',
  needsNms: true,
  scoresAreProducts: true,
  conventions: [BYTES_BGR],
  fit: fitCellRows,
  decode: decodeObjectness('yolox-decoded'),
  contradiction(outputs, context) {
    if (isObjectnessConstant(outputs, context)) return 'its objectness is 1 everywhere';
    return followsGrid(outputs, context) ? undefined : 'its boxes do not lie about their cells';
  },
};

/**
 * YOLOv5 and v7 with the grid decoded in the graph. Input of the original: RGB / 255, letterboxed in the middle on 114.
 * Output 1×N×(5 + classes [+ 32 mask coefficients]), three rows per cell: centre, size in input pixels, objectness, class
 * scores, sigmoid applied. Additional outputs of raw heads, 1×3×rows×columns×(5 + classes), are ignored.
 * Follows `utils/general.py: non_max_suppression`, best class only.
 */
export const yolov5: OutputFormat = {
  format: 'yolov5',
  title: 'YOLOv5',
  needsNms: true,
  scoresAreProducts: true,
  conventions: [UNIT_RGB],
  fit(facts) {
    const { nameCount } = facts;
    const counts = cellCounts(facts).map((count) => ANCHORS * count);
    const masks = maskCount(facts);
    for (const { name, rows, columns } of outputTables(facts)) {
      if (rows === undefined || columns === undefined || columns < 6) continue;
      const classCount = columns - 5 - masks;
      const isNamed = nameCount === classCount;
      const isGrid = counts.includes(rows) && (nameCount ?? 0) <= columns - 5;
      if (!isGrid && !(isNamed && rows > columns)) continue;
      const exact = isGrid && (isNamed || nameCount === undefined);
      return { outputs: [name], classCount: nameCount ?? classCount, exact };
    }
    return fitByMetadata(facts, 'yolov5');
  },
  decode: decodeObjectness('yolov5'),
};

/**
 * YOLOv6 (Meituan). Input of the original: RGB / 255, letterboxed in the middle on 114. Output 1×N×(5 + classes), one row per cell
 * of strides 8, 16, 32: centre, size in input pixels, an objectness that is always 1, class scores, sigmoid applied.
 * Follows `yolov6/models/effidehead.py`.
 */
export const yolov6: OutputFormat = {
  format: 'yolov6',
  title: 'YOLOv6',
  needsNms: true,
  conventions: [UNIT_RGB],
  fit: fitCellRows,
  decode: decodeObjectness('yolov6'),
  contradiction(outputs, context) {
    if (!isObjectnessConstant(outputs, context)) return 'its objectness is not 1 everywhere';
    return followsGrid(outputs, context) ? undefined : 'its boxes do not lie about their cells';
  },
};

/**
 * Decodes tables of 1×N×(5 + classes [+ others]): centre and size in input pixels, objectness, class scores, sigmoid applied. The
 * score is objectness × class; best class only.
 * @param format name for error messages.
 */
function decodeObjectness(format: string): Decode {
  return (outputs, { classCount, confidence, classIds }, into) => {
    const { data, columns } = tableOf(outputs[0], format, 5 + classCount);
    for (let at = 0; at < data.length; at += columns) {
      const objectness = data[at + 4]!;
      if (objectness < confidence) continue;
      const classId = largestOf(data, at + 5, classCount);
      const score = objectness * data[at + 5 + classId]!;
      if (score < confidence || (classIds && !classIds.has(classId))) continue;
      addCentered(into, data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!, score, classId);
    }
  };
}

/**
 * Whether the boxes of a table with one row per cell are near their cells, in pixels or in 0..1 of the input: decoded boxes are,
 * offsets from the cell are not.
 */
function followsGrid(outputs: readonly OutputTensor[], { width, height, classCount }: DecodeContext): boolean {
  const { data, rows, columns } = tableOf(outputs[0], 'objectness', 5 + classCount);
  const strides = new CellGrid(width, height, STRIDES).count === rows ? STRIDES : [...STRIDES, 64];
  const grid = new CellGrid(width, height, strides);
  let [pixels, fractions] = [0, 0];
  for (let row = 0; row < rows; row++) {
    grid.seek(row);
    const at = row * columns;
    const distance = (scaleX: number, scaleY: number) =>
      Math.abs((data[at]! * scaleX) / grid.stride - grid.column - 0.5) +
      Math.abs((data[at + 1]! * scaleY) / grid.stride - grid.row - 0.5);
    if (distance(1, 1) < MAX_DISTANCE_CELLS) pixels++;
    if (distance(width, height) < MAX_DISTANCE_CELLS) fractions++;
  }
  return Math.max(pixels, fractions) > rows / 2;
}

/** Whether every row's objectness is 1: models without objectness write that to keep the usual table layout. */
function isObjectnessConstant(outputs: readonly OutputTensor[], { classCount }: DecodeContext): boolean {
  const { data, columns } = tableOf(outputs[0], 'objectness', 5 + classCount);
  for (let at = 4; at < data.length; at += columns) if (data[at] !== 1) return false;
  return true;
}
