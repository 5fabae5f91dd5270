import type { Detection } from '@lookout/protocol';

/** The surest boxes are compared; what comes after is noise. */
const compared = 10;
/** Devices round differently, and half precision does so visibly. */
const leastOverlap = 0.8;
const scoreTolerance = 0.05;

/**
 * Whether two runs of one model on one picture saw the same.
 * @param expected,found highest score first.
 * @returns whether each of the surest of `expected` has its like in `found`, and there is nothing surer in `found` than that.
 */
export function sameDetections(expected: readonly Detection[], found: readonly Detection[]): boolean {
  const [best, bestFound] = [expected[0]?.confidence ?? 0, found[0]?.confidence ?? 0];
  if (Math.abs(best - bestFound) > scoreTolerance) return false;
  return expected.slice(0, compared).every(
    (one) =>
      // At the edge of what is shown at all, one of both may leave a box out.
      one.confidence < scoreTolerance ||
      found.some(
        (other) =>
          other.class_id === one.class_id &&
          Math.abs(other.confidence - one.confidence) <= scoreTolerance &&
          overlap(other.bbox, one.bbox) >= leastOverlap,
      ),
  );
}

/** IoU of two boxes x1, y1, x2, y2. */
function overlap(a: Detection['bbox'], b: Detection['bbox']): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = ([x1, y1, x2, y2]: Detection['bbox']) => (x2 - x1) * (y2 - y1);
  return (width * height) / (area(a) + area(b) - width * height);
}
