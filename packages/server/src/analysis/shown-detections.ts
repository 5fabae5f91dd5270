import type { Detection } from '@lookout/protocol';
import type { DetectOptions, Tracker } from '@lookout/vision';
import { round } from '../live/analysed-frame.js';

/** Boxes the tracker sees: it recovers objects from scores too low to show (ByteTrack, arXiv:2110.06864 §3). */
const trackerConfidence = 0.15;
const iou = 0.6;
const maxDetections = 100;

/**
 * What the model is asked for where a tracker follows: more than is shown.
 * @param confidence least score shown. @param classIds absent: all.
 */
export function trackingOptions(confidence: number, classIds: ReadonlySet<number> | undefined): DetectOptions {
  return { confidence: Math.min(trackerConfidence, confidence), iou, maxDetections, ...(classIds && { classIds }) };
}

/**
 * Gives one frame's detections their identity.
 * @param confidence least score shown: a track's smoothed one.
 * @returns those that are shown, rounded for the wire.
 */
export function trackShown(
  tracker: Tracker,
  detections: readonly Detection[],
  timestampMs: number,
  confidence: number,
): Detection[] {
  return tracker
    .update(detections, timestampMs)
    .filter((one) => one.confidence >= confidence)
    .map(forTheWire);
}

/** A tenth of a pixel is finer than any box: seventeen digits would only be bytes. */
export function forTheWire(one: Detection): Detection {
  const { class_id, class_name, track_id, velocity } = one;
  const [x1, y1, x2, y2] = one.bbox;
  const bbox: Detection['bbox'] = [round(x1), round(y1), round(x2), round(y2)];
  const confidence = Math.round(one.confidence * 1000) / 1000;
  const rounded: Detection = { bbox, confidence, class_id, class_name };
  if (track_id !== undefined) rounded.track_id = track_id;
  if (velocity !== undefined) rounded.velocity = [round(velocity[0]), round(velocity[1])];
  return rounded;
}
