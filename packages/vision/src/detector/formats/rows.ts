import type { Decode, OutputTensor } from '../decoder.js';
import { tableOf } from './table.js';

/** Which column of a row holds what. */
interface RowLayout {
  /** Whose name errors give. */
  format: string;
  columns: number;
  /** Image of the batch; only the first is read. */
  image?: number;
  /** x1; y1, x2, y2 follow. */
  box: number;
  score: number;
  classId: number;
}

/** Rows of one object each: corners in input pixels, score, class. */
export function decodeRows({
  format,
  columns: needed,
  image,
  box,
  score: scoreAt,
  classId: classAt,
}: RowLayout): Decode {
  return (outputs, { confidence, classIds }, into) => {
    // An empty list has nothing to be checked.
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

/** Why rows are none of objects whose first column tells of which picture they are; a classifier gives such rows too. */
export function notOfPictures([output]: readonly OutputTensor[]): string | undefined {
  const columns = output!.dims.at(-1)!;
  for (let at = 0; at < output!.data.length; at += columns) {
    if (!Number.isInteger(Number(output!.data[at]))) return 'its first column is not the number of a picture';
  }
  return undefined;
}
