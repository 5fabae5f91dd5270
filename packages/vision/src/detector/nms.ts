import type { Box, Detection } from '@lookout/protocol';
import type { Candidates } from './candidates.js';

/**
 * Greedy non-maximum suppression within each class.
 * @param iouThreshold of boxes of one class that overlap by more than this, only the best is kept; 1 keeps all.
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

/**
 * Class-agnostic NMS: of the boxes on one object, keeps the one with the highest score, whatever its class. It runs after NMS within
 * each class. People see one van where a detector sees a car, a truck and a bus, and trackers would follow it three times.
 *
 * @param iouThreshold boxes of different classes that overlap by more than this are one object; 1 keeps all.
 * @param detections highest score first, as detectors give them; at most a few hundred.
 * @returns the kept ones, in the same order.
 */
export function suppressAcrossClasses(detections: readonly Detection[], iouThreshold: number): Detection[] {
  const kept: Detection[] = [];
  for (const detection of detections) {
    const duplicate = kept.some(
      (one) => one.class_id !== detection.class_id && iouOf(one.bbox, detection.bbox) > iouThreshold,
    );
    if (!duplicate) kept.push(detection);
  }
  return kept;
}

/** IoU of two boxes of one frame, 0..1. */
export function iouOf(a: Readonly<Box>, b: Readonly<Box>): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both);
}
