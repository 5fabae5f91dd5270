import type { Decode, OutputFormat } from '../decoder.js';
import { tableOf } from './table.js';

/**
 * YOLOv5 and v7 with the grid decoded in the graph. Input of the original: RGB / 255, letterboxed in the middle on 114.
 * Output 1×N×(5 + classes [+ 32 mask coefficients]): centre, size in input pixels, objectness, class scores, sigmoid done.
 * The score is objectness × class. Follows `utils/general.py: non_max_suppression`, best class only.
 */
const decode: Decode = (outputs, { classCount, confidence, classIds }, into) => {
  const { data, columns } = tableOf(outputs[0], 'yolov5', 5 + classCount);
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

export const yolov5: OutputFormat = { format: 'yolov5', needsNms: true, decode };
