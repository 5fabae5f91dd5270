import type { Box, Detection } from '@lookout/protocol';

/**
 * A detection with what its track adds. With a track, `class_id` and `class_name` are the track's voted class, `confidence` is its
 * smoothed score and `velocity` (pixels per second) its motion. `track_id` is set once the track has one, except in a frame in which
 * the detection may just as well belong to another object.
 */
export interface TrackedDetection extends Detection {
  /** Whether it shows a confirmed object. */
  confirmed: boolean;
  /** Frame time at which the object was confirmed. */
  since?: number | undefined;
}

/** One confirmed object, in view or briefly out of it. Times are the frames' own, ms. */
export interface TrackedObject {
  /** The `track_id` of its detections. Never used again. */
  id: number;
  /** By vote of all its detections. */
  class_id: number;
  class_name: string;
  /** Pixels of the frame; the last known box while it is not seen. */
  bbox: Box;
  /** Robust mean of its scores, 0..1. */
  confidence: number;
  /** Of the box's centre, pixels per second. */
  velocity: [number, number];
  /** Its first detection. */
  firstSeenMs: number;
  confirmedMs: number;
  /** Its last detection: the frame's own time if it is seen now. */
  lastSeenMs: number;
  /** A known still object: it has been standing where it is. */
  isResident: boolean;
}

/**
 * A turn in the life of a track.
 * - `born`: it got its id.
 * - `confirmed`: it is a confirmed object from now on.
 * - `lost`: it has not been seen for a second.
 * - `recovered`: it is seen again, after `lost` or, if it is a resident, even after `ended`.
 * - `ended`: it is not expected back. It was last seen at `lastSeenMs`.
 */
export interface TrackLife {
  kind: 'born' | 'confirmed' | 'lost' | 'recovered' | 'ended';
  id: number;
  class_id: number;
  class_name: string;
  bbox: Box;
  /** Time of the frame that showed it. */
  atMs: number;
  lastSeenMs: number;
}

/** The account of one frame. */
export interface TrackerUpdate {
  /** One for each detection given, in the same order, with its own box. */
  detections: TrackedDetection[];
  /** All confirmed objects in no particular order, also those not seen in this frame; one that is no longer listed has ended. */
  objects: TrackedObject[];
  /** What has happened since the last frame, in order. */
  lives: TrackLife[];
}

/** The objects of one camera. It holds only its tracks; time is passed in with each frame. */
export interface Tracker {
  /**
   * @param detections of one frame, any order; boxes in source pixels; class ids of one model.
   * @param timestampMs when the frame was taken; uneven intervals are normal. If not later than the last one, the gap counts as 0.
   * @param threshold lowest score of interest, 0..1: objects below it are not confirmed. Default `DETECTION_DEFAULTS.confidence`.
   */
  update(detections: readonly Detection[], timestampMs: number, threshold?: number): TrackerUpdate;
  /** The next frames show the same, but have `factor` times as many pixels in each direction. */
  rescale(factor: number): void;
  /** Ends everything, as the next frames show something else. Ids are not reused. The next update tells what ended. */
  forget(): void;
}
