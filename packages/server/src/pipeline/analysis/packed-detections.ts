import type { Detection } from '@lookout/protocol';

/** x1, y1, x2, y2, confidence, class id. */
const FIELDS_PER_DETECTION = 6;

/**
 * Packs detections into one numeric array that is transferred between threads: cloning a hundred small objects takes longer than
 * detecting them.
 */
export function packDetections(detections: readonly Detection[]): Float32Array<ArrayBuffer> {
  const packed = new Float32Array(detections.length * FIELDS_PER_DETECTION);
  let at = 0;
  for (const { bbox, confidence, class_id } of detections) {
    packed.set(bbox, at);
    packed[at + 4] = confidence;
    packed[at + 5] = class_id;
    at += FIELDS_PER_DETECTION;
  }
  return packed;
}

/** The detections of `packDetections`, with class names of the model that found them. */
export function unpackDetections(packed: Float32Array, classNames: readonly string[]): Detection[] {
  const detections: Detection[] = [];
  for (let at = 0; at < packed.length; at += FIELDS_PER_DETECTION) {
    const class_id = packed[at + 5]!;
    detections.push({
      bbox: [packed[at]!, packed[at + 1]!, packed[at + 2]!, packed[at + 3]!],
      confidence: packed[at + 4]!,
      class_id,
      class_name: classNames[class_id] ?? `class_${class_id}`,
    });
  }
  return detections;
}
