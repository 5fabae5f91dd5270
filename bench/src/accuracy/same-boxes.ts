import type { Detection } from '@lookout/protocol';
import { overlap } from './average-precision.js';

export interface SameBoxes {
  /** Number of reference boxes. */
  expected: number;
  /** Of those: found with at least `SAME_IOU` and a score within `SAME_SCORE`. */
  same: number;
  /** Without a counterpart of the same class at IoU ≥ 0.5. */
  missing: number;
  ious: number[];
  scoreDifferences: number[];
}

export const SAME_IOU = 0.95;
export const SAME_SCORE = 0.03;
const PARTNER_IOU = 0.5;

/** Compares two lists of detections of one picture; each box is matched at most once, with the nearest of its class. */
export function compareBoxes(expected: readonly Detection[], found: readonly Detection[], into: SameBoxes): void {
  const free = new Set(found);
  for (const { bbox, class_id, confidence } of expected) {
    into.expected++;
    let partner: Detection | undefined;
    let iou = PARTNER_IOU;
    for (const candidate of free) {
      const shared = candidate.class_id === class_id ? overlap(candidate.bbox, bbox, false) : 0;
      if (shared < iou) continue;
      partner = candidate;
      iou = shared;
    }
    if (!partner) {
      into.missing++;
      continue;
    }
    free.delete(partner);
    const scoreDifference = Math.abs(partner.confidence - confidence);
    into.ious.push(iou);
    into.scoreDifferences.push(scoreDifference);
    if (iou >= SAME_IOU && scoreDifference <= SAME_SCORE) into.same++;
  }
}
