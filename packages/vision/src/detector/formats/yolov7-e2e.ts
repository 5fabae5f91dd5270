import type { OutputFormat } from '../decoder.js';
import { UNIT_RGB } from './conventions.js';
import { outputRows } from './facts.js';
import { decodeRows, notOfPictures } from './rows.js';

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
