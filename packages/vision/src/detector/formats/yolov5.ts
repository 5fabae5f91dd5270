import type { OutputFormat } from '../decoder.js';
import { UNIT_RGB } from './conventions.js';
import { cellCounts, fitByMetadata, maskCount, outputTables } from './facts.js';
import { decodeObjectness } from './objectness.js';

/** Anchors of each cell. */
const ANCHORS = 3;

/**
 * YOLOv5 and v7 with the grid decoded in the graph. Input of the original: RGB / 255, letterboxed in the middle on 114.
 * Output 1×N×(5 + classes [+ 32 mask coefficients]), three rows per cell: centre, size in input pixels, objectness, class
 * scores, sigmoid done. Raw heads beside it, 1×3×rows×columns×(5 + classes), are ignored.
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
