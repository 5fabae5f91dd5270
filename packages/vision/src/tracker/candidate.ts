import type { Box, Detection } from '@lookout/protocol';
import type { Measurement } from './box-filter.js';

/** A detection prepared for matching; boxes in source pixels. */
export interface Candidate extends Measurement {
  /** Index in the update's detections. */
  index: number;
  detection: Detection;
  bbox: Box;
  classId: number;
  score: number;
  /** −2 ln of the score's square: the cost of a claim on it, whatever its position. Low-scoring boxes are also less accurate. */
  doubt: number;
  /** Taken by a track in this update. */
  taken: boolean;
}

/** `undefined` for an impossible box: not finite, or with its corners swapped. */
export function toCandidate(detection: Detection, index: number): Candidate | undefined {
  const [x1, y1, x2, y2] = detection.bbox;
  const width = x2 - x1;
  const height = y2 - y1;
  if (!(width >= 0 && height >= 0 && Number.isFinite(width) && Number.isFinite(height))) return undefined;
  return {
    index,
    detection,
    bbox: detection.bbox,
    classId: detection.class_id,
    score: detection.confidence,
    doubt: -4 * Math.log(detection.confidence),
    centerX: (x1 + x2) / 2,
    centerY: (y1 + y2) / 2,
    width,
    height,
    taken: false,
  };
}

/** Overlap as a fraction of the smaller box, 0..1: 1 if one lies within the other. */
export function containment(a: Candidate, b: Candidate): number {
  const width = Math.min(a.bbox[2], b.bbox[2]) - Math.max(a.bbox[0], b.bbox[0]);
  const height = Math.min(a.bbox[3], b.bbox[3]) - Math.max(a.bbox[1], b.bbox[1]);
  return width > 0 && height > 0 ? (width * height) / Math.min(a.width * a.height, b.width * b.height) : 0;
}
