import type { Detection } from '@lookout/protocol';

/** A multi-object tracker of one camera. Holds its tracks and the next id, nothing else; time comes in with the frame. */
export interface Tracker {
  /**
   * @param detections of one frame, any order; boxes in source pixels.
   * @param timestampMs when the frame was taken; uneven intervals are normal. Not later than the last one: treated as a gap of 0.
   * @returns the same detections, with `track_id` and `velocity` (pixels per second) where they belong to a confirmed track.
   */
  update(detections: readonly Detection[], timestampMs: number): Detection[];
}
