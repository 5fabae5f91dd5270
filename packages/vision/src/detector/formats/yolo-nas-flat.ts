import type { OutputFormat } from '../decoder.js';
import { UNIT_BGR, UNIT_RGB } from './conventions.js';
import { outputRows } from './facts.js';
import { decodeRows, notOfPictures } from './rows.js';

/**
 * YOLO-NAS and PP-YOLOE of SuperGradients, exported with `FLAT_FORMAT`: NMS in the graph. Input: bytes where the graph prepares
 * pictures, BGR / 255 else. Output `flat_predictions` N×7, one row per object: image of the batch, x1, y1, x2, y2 in input pixels,
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
