import type { Box } from '@lookout/protocol';
import { GLANCE } from '../task-models/glance.js';

/** Brightness difference above which a cell has changed: more than noise and compression cause in averaged cells. */
const CHANGED = 10;
/** Minimum changed cells: a single one may flicker. */
const MIN_CELLS = 2;

/**
 * The part of a frame that changed between two glances, in fractions 0..1 of the frame; undefined if nothing changed. A uniform change of
 * lighting does not count.
 */
export function changedPart(before: Uint8Array, after: Uint8Array): Box | undefined {
  const shift = medianShift(before, after);
  const { columns, rows } = GLANCE;
  let cells = 0;
  let [left, top, right, bottom]: Box = [columns, rows, 0, 0];
  for (let i = 0; i < after.length; i++) {
    if (Math.abs(after[i]! - before[i]! - shift) <= CHANGED) continue;
    const [x, y] = [i % columns, Math.floor(i / columns)];
    cells++;
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)];
  }
  return cells < MIN_CELLS ? undefined : [left / columns, top / rows, right / columns, bottom / rows];
}

function medianShift(before: Uint8Array, after: Uint8Array): number {
  const counts = new Uint32Array(511);
  for (let i = 0; i < after.length; i++) counts[after[i]! - before[i]! + 255]!++;
  let below = 0;
  for (let shift = 0; shift < counts.length; shift++) {
    below += counts[shift]!;
    if (2 * below >= after.length) return shift - 255;
  }
  return 0;
}
