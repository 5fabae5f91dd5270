import type { Decode, OutputFormat } from '../decoder.js';
import { tableOf } from './table.js';

/**
 * End-to-end YOLO (v10, 26 and exports with NMS inside). Input as YOLOv8. Output 1×N×6 [+ mask coefficients]: x1, y1, x2, y2
 * in input pixels, score, class; each object once, so no NMS.
 */
const decode: Decode = (outputs, { confidence, classIds }, into) => {
  const { data, columns } = tableOf(outputs[0], 'yolo-e2e', 6);
  for (let at = 0; at < data.length; at += columns) {
    const score = data[at + 4]!;
    const classId = data[at + 5]!;
    if (score < confidence || (classIds && !classIds.has(classId))) continue;
    into.add(data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!, score, classId);
  }
};

export const yoloE2e: OutputFormat = { format: 'yolo-e2e', needsNms: false, decode };
