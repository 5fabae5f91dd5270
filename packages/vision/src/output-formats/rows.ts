import { UNIT_BGR, UNIT_RGB } from './conventions.js';
import { fitByMetadata, isFloat, maskCount, outputRows, sizeOf } from './facts.js';
import type { Decode, OutputFormat, OutputTensor } from './output-format.js';
import { tableOf } from './tables.js';

/** Which column of a row holds what. */
interface RowLayout {
  /** Name for error messages. */
  format: string;
  columns: number;
  /** Image of the batch; only the first is read. */
  image?: number;
  /** Column of x1; y1, x2, y2 follow. */
  box: number;
  score: number;
  classId: number;
}

/** End-to-end exports return at most this many boxes; grids of cells have more. */
const MAX_BOXES = 1000;

/**
 * End-to-end YOLO (v10, 26 and exports with NMS inside). Input as for YOLOv8. Output 1×N×6 [+ mask coefficients]: x1, y1, x2, y2
 * in input pixels, score, class. Each object appears once, so there is no NMS.
 */
export const yoloE2e: OutputFormat = {
  format: 'yolo-e2e',
  title: 'end-to-end YOLO',
  needsNms: false,
  conventions: [UNIT_RGB],
  fit(facts) {
    const columns = [6, 6 + maskCount(facts)];
    for (const { name, type, shape } of facts.outputs) {
      const rows = sizeOf(shape?.at(-2));
      if (!isFloat(type) || !columns.includes(sizeOf(shape?.at(-1)) ?? 0)) continue;
      // Without a batch dimension, a fixed number of rows is the batch size: these are a classifier's scores.
      const isTable = shape?.length === 3 || (shape?.length === 2 && rows === undefined);
      if (!isTable || (rows ?? 0) > MAX_BOXES) continue;
      return { outputs: [name], classCount: facts.nameCount, exact: true };
    }
    return fitByMetadata(facts, 'yolo-e2e');
  },
  decode: decodeRows({ format: 'yolo-e2e', columns: 6, box: 0, score: 4, classId: 5 }),
};

/**
 * YOLOv7 exported with `--end2end --max-wh`: NMS in the graph. Input: RGB / 255, letterboxed in the middle on 114. Output N×7, one row
 * per object: image of the batch, x1, y1, x2, y2 in input pixels, class, score. Follows `models/experimental.py: ONNX_ORT`.
 */
export const yolov7EndToEnd: OutputFormat = {
  format: 'yolov7-e2e',
  title: 'end-to-end YOLOv7',
  needsNms: false,
  rowsNamePicture: true,
  conventions: [UNIT_RGB],
  fit(facts) {
    const rows = outputRows(facts, 7);
    if (!rows) return undefined;
    return { outputs: [rows.name], classCount: facts.nameCount, exact: !/flat_predictions/.test(rows.name) };
  },
  decode: decodeRows({ format: 'yolov7-e2e', columns: 7, image: 0, box: 1, classId: 5, score: 6 }),
  contradiction: notOfPictures,
};

/**
 * YOLO-NAS and PP-YOLOE of SuperGradients, exported with `FLAT_FORMAT`: NMS in the graph. Input: bytes where the graph prepares
 * pictures, otherwise BGR / 255. Output `flat_predictions` N×7, one row per object: image of the batch, x1, y1, x2, y2 in input pixels,
 * score, class. Follows SuperGradients' `documentation/source/models_export.md`.
 */
export const yoloNasFlat: OutputFormat = {
  format: 'yolo-nas-flat',
  title: 'YOLO-NAS with flat predictions',
  needsNms: false,
  rowsNamePicture: true,
  conventions: [UNIT_BGR, UNIT_RGB],
  fit(facts) {
    const rows = outputRows(facts, 7);
    return rows && { outputs: [rows.name], classCount: facts.nameCount, exact: true };
  },
  decode: decodeRows({ format: 'yolo-nas-flat', columns: 7, image: 0, box: 1, score: 5, classId: 6 }),
  contradiction: notOfPictures,
};

/** Decodes rows of one object each: corners in input pixels, score, class. */
function decodeRows(layout: RowLayout): Decode {
  const { format, columns: needed, image, box, score: scoreAt, classId: classAt } = layout;
  return (outputs, { confidence, classIds }, into) => {
    // An empty list has nothing to check.
    if (outputs[0]?.data.length === 0 && outputs[0].dims.at(-1) === needed) return;
    const { data, columns } = tableOf(outputs[0], format, needed);
    for (let at = 0; at < data.length; at += columns) {
      if (image !== undefined && data[at + image] !== 0) continue;
      const score = data[at + scoreAt]!;
      const classId = data[at + classAt]!;
      if (score < confidence || (classIds && !classIds.has(classId))) continue;
      into.add(data[at + box]!, data[at + box + 1]!, data[at + box + 2]!, data[at + box + 3]!, score, classId);
    }
  };
}

/** Why the first column cannot be the number of a picture: a classifier returns rows of the same shape. */
function notOfPictures([output]: readonly OutputTensor[]): string | undefined {
  const columns = output?.dims.at(-1);
  if (!output || !columns) return undefined;
  for (let at = 0; at < output.data.length; at += columns) {
    if (!Number.isInteger(Number(output.data[at]))) return 'its first column is not the number of a picture';
  }
  return undefined;
}
