import type { Candidates } from './candidates.js';

/**
 * Greedy non-maximum suppression within each class.
 * @param iouThreshold boxes of one class overlapping more than this lose to the better one; 1 keeps all.
 * @returns indices of at most `maxKept` candidates, highest score first.
 */
export function suppress(candidates: Candidates, iouThreshold: number, maxKept: number): number[] {
  const { boxes, classIds } = candidates;
  const kept: number[] = [];
  const keptByClass = new Map<number, number[]>();
  for (const i of candidates.order()) {
    if (kept.length >= maxKept) break;
    let rivals = keptByClass.get(classIds[i]!);
    if (!rivals) {
      rivals = [];
      keptByClass.set(classIds[i]!, rivals);
    }
    if (overlapsAny(boxes, i, rivals, iouThreshold)) continue;
    rivals.push(i);
    kept.push(i);
  }
  return kept;
}

function overlapsAny(boxes: Float32Array, i: number, rivals: readonly number[], iouThreshold: number): boolean {
  const x1 = boxes[i * 4]!;
  const y1 = boxes[i * 4 + 1]!;
  const x2 = boxes[i * 4 + 2]!;
  const y2 = boxes[i * 4 + 3]!;
  const area = (x2 - x1) * (y2 - y1);
  for (const rival of rivals) {
    const width = Math.min(x2, boxes[rival * 4 + 2]!) - Math.max(x1, boxes[rival * 4]!);
    if (width <= 0) continue;
    const height = Math.min(y2, boxes[rival * 4 + 3]!) - Math.max(y1, boxes[rival * 4 + 1]!);
    if (height <= 0) continue;
    const shared = width * height;
    const rivalArea = (boxes[rival * 4 + 2]! - boxes[rival * 4]!) * (boxes[rival * 4 + 3]! - boxes[rival * 4 + 1]!);
    if (shared > iouThreshold * (area + rivalArea - shared)) return true;
  }
  return false;
}
