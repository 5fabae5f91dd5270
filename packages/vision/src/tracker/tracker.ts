import type { Detection } from '@lookout/protocol';

/**
 * A detection as its track knows it. With a track, `class_id` and `class_name` are the track's voted class and `confidence` is its
 * smoothed score; `velocity` (pixels per second) is there once the track is confirmed, and so is `track_id`, except in a frame in
 * which the detection may as well be another object's.
 */
export interface TrackedDetection extends Detection {
  confirmed: boolean;
  /** `timestampMs` of the frame that confirmed the track. */
  since?: number;
}

/** A multi-object tracker of one camera. Holds its tracks, nothing else; time comes in with the frame. */
export interface Tracker {
  /**
   * @param detections of one frame, any order; boxes in source pixels; class ids of one model.
   * @param timestampMs when the frame was taken; uneven intervals are normal. Not later than the last one: treated as a gap of 0.
   * @returns one for each detection, in the same order, with its own box.
   */
  update(detections: readonly Detection[], timestampMs: number): TrackedDetection[];
  /** Ends all tracks. Their ids are not used again. */
  forget(): void;
}
