import { UNIT_RGB } from './conventions.js';
import { cellCounts, fitByMetadata, maskCount, outputTables } from './facts.js';
import type { OutputFormat } from './output-format.js';
import { addCentered, tableOf } from './tables.js';

/** Number of columns of a table with COCO's classes. */
const COCO_COLUMNS = 84;

/**
 * YOLOv8 to v12 and relatives. Input of the original: RGB / 255, letterboxed in the middle on 114. Output 1×(4 + classes [+ 32 mask
 * coefficients])×N: one row per property: centre, size in input pixels, class scores with the sigmoid applied, no objectness.
 * Some exporters transpose the table. Follows `ultralytics/utils/ops.py: non_max_suppression`, best class only.
 */
export const yolov8: OutputFormat = {
  format: 'yolov8',
  title: 'YOLOv8',
  needsNms: true,
  conventions: [UNIT_RGB],
  fit(facts) {
    const { nameCount } = facts;
    const masks = maskCount(facts);
    for (const { name, rows, columns } of outputTables(facts)) {
      if (rows === undefined || columns === undefined) continue;
      const [properties, boxes] = rows < columns ? [rows, columns] : [columns, rows];
      const classCount = properties - 4 - masks;
      // Pose models have more score rows than class names: the rest are key points.
      if (classCount < 1 || (nameCount ?? 0) > properties - 4) continue;
      const isGrid = cellCounts(facts).includes(boxes);
      const isTurned = rows > columns;
      const isNamed = nameCount === classCount || (nameCount === undefined && properties === COCO_COLUMNS);
      if (isTurned && !isGrid && !isNamed) continue;
      // Only the number of columns tells a transposed table from tables of other formats.
      return { outputs: [name], classCount: nameCount ?? classCount, exact: isGrid && (!isTurned || isNamed) };
    }
    return fitByMetadata(facts, 'yolov8');
  },
  decode(outputs, { classCount, confidence, classIds }, into) {
    const table = tableOf(outputs[0], 'yolov8', 1);
    const { data } = table;
    const turned = table.rows > table.columns;
    const boxes = turned ? table.rows : table.columns;
    const rowStep = turned ? 1 : boxes;
    const boxStep = turned ? table.columns : 1;
    tableOf(outputs[0] && { ...outputs[0], dims: [boxes, data.length / boxes] }, 'yolov8', 4 + classCount);
    // Few scores pass, so scan row by row and remember the best class of each box so far.
    const best = new Map<number, number>();
    for (let classId = 0; classId < classCount; classId++) {
      if (classIds && !classIds.has(classId)) continue;
      const row = (4 + classId) * rowStep;
      for (let box = 0; box < boxes; box++) {
        const score = data[row + box * boxStep]!;
        if (score < confidence) continue;
        const rival = best.get(box);
        if (rival === undefined || score > data[(4 + rival) * rowStep + box * boxStep]!) best.set(box, classId);
      }
    }
    for (const [box, classId] of best) {
      const at = box * boxStep;
      const score = data[(4 + classId) * rowStep + at]!;
      addCentered(
        into,
        data[at]!,
        data[rowStep + at]!,
        data[2 * rowStep + at]!,
        data[3 * rowStep + at]!,
        score,
        classId,
      );
    }
  },
};
