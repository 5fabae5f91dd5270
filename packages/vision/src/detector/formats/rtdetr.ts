import type { Decode, OutputFormat } from '../decoder.js';
import { UNIT_RGB_STRETCHED } from './conventions.js';
import { cellCounts, fitByMetadata, outputTables } from './facts.js';
import { tableOf } from './table.js';

/** Queries of the known models: 300. Grids of cells have more rows. */
const MOST_QUERIES = 1000;

/**
 * RT-DETR as Ultralytics exports it. Input: RGB / 255, stretched. Output 1×queries×(4 + classes): centre and size in 0..1 of the
 * input, class scores, sigmoid done; each object once, so no NMS. Follows `ultralytics/models/rtdetr/val.py`.
 */
const decode: Decode = (outputs, { width, height, classCount, confidence, classIds }, into) => {
  const { data, columns } = tableOf(outputs[0], 'rtdetr', 4 + classCount);
  for (let at = 0; at < data.length; at += columns) {
    let classId = 0;
    for (let i = 1; i < classCount; i++) if (data[at + 4 + i]! > data[at + 4 + classId]!) classId = i;
    const score = data[at + 4 + classId]!;
    if (score < confidence || (classIds && !classIds.has(classId))) continue;
    const x = data[at]! * width;
    const y = data[at + 1]! * height;
    const halfWidth = (data[at + 2]! * width) / 2;
    const halfHeight = (data[at + 3]! * height) / 2;
    into.add(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight, score, classId);
  }
};

export const rtdetr: OutputFormat = {
  format: 'rtdetr',
  title: 'RT-DETR of Ultralytics',
  needsNms: false,
  conventions: [UNIT_RGB_STRETCHED],
  fit(facts) {
    const { nameCount } = facts;
    const [table] = outputTables(facts);
    const { name, rows, columns } = table ?? {};
    // Scores or classes of other formats stand beside their boxes.
    const isAlone = facts.outputs.every((output) => output.name === name || (output.shape?.length ?? 0) > 3);
    if (!isAlone || name === undefined || rows === undefined || columns === undefined) {
      return fitByMetadata(facts, 'rtdetr');
    }
    if (columns < 5 || rows < columns || rows > MOST_QUERIES) return undefined;
    if (nameCount !== undefined && nameCount !== columns - 4) return undefined;
    // As many rows as cells are more likely one for each cell.
    return { outputs: [name], classCount: columns - 4, exact: !cellCounts(facts).includes(rows) };
  },
  decode,
};
