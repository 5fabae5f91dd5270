import type { Box, Detection } from '@lookout/protocol';

/**
 * Class-agnostic NMS: of boxes that lie on the same object, the surest one, whatever its class. It comes after that within each
 * class, for people, who see one van where a detector sees a car, a truck and a bus, and for trackers, which would follow it three
 * times.
 *
 * @param iouThreshold boxes of different classes that overlap more than this are one object; 1 keeps all.
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
function iouOf(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both);
}
