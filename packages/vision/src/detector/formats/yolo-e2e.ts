import type { OutputFormat } from '../decoder.js';
import { UNIT_RGB } from './conventions.js';
import { fitByMetadata, isFloat, maskCount, sizeOf } from './facts.js';
import { decodeRows } from './rows.js';

/** End-to-end exports give at most this many boxes; grids of cells have more. */
const MOST_BOXES = 1000;

/**
 * End-to-end YOLO (v10, 26 and exports with NMS inside). Input as YOLOv8. Output 1×N×6 [+ mask coefficients]: x1, y1, x2, y2
 * in input pixels, score, class; each object once, so no NMS.
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
      // Without a dimension of images, a fixed number of rows is one of images: scores of a classifier.
      const isTable = shape?.length === 3 || (shape?.length === 2 && rows === undefined);
      if (!isTable || (rows ?? 0) > MOST_BOXES) continue;
      return { outputs: [name], classCount: facts.nameCount, exact: true };
    }
    return fitByMetadata(facts, 'yolo-e2e');
  },
  decode: decodeRows({ format: 'yolo-e2e', columns: 6, box: 0, score: 4, classId: 5 }),
};
