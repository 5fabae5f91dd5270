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

/** Settings of a tracker. Lengths are in object sizes (√ of the box's area), so that one setting serves near and far objects. */
export interface TrackerOptions {
  /** Detections below this score never begin a track; they may continue one, 0..1. */
  birthScore: number;
  /** A new track gets its id when the scores of its detections add up to this: sure detections soon, doubtful ones later. */
  confirmEvidence: number;
  /** … and not before it has been seen over this span, so that a flicker at 60 fps does not count as many looks, ms. */
  confirmMs: number;
  /** A detection of this score that stands free of others gets its id at once, 0..1; above 1: never. */
  instantScore: number;
  /** A track not seen for this long ends, ms. */
  lostMs: number;
  /** A track without an id ends when an update misses it this long after it was seen, ms. */
  tentativeMs: number;
  /** At most so many tracks, those without an id included; when full no track begins. */
  maxTracks: number;
}

export const DEFAULT_TRACKER_OPTIONS: Readonly<TrackerOptions> = {
  // Where the caller keeps doubtful detections at all, an object that is only ever doubtful is still worth an id, later.
  birthScore: 0.25,
  // Three looks at 0.8, five at 0.5, nine at 0.25.
  confirmEvidence: 2.15,
  confirmMs: 50,
  // A detector this sure is rarely wrong, and waiting would cost the object its first frames.
  instantScore: 0.95,
  // Somebody behind a tree or another person for up to about 2 s is recovered; later the prediction is no better than chance.
  lostMs: 1900,
  // Two missed frames at 30 fps, none at 10 fps.
  tentativeMs: 100,
  // Above any detector's limit of 300 a frame, with room for those that are out of sight.
  maxTracks: 1000,
};

/** @throws RangeError naming the option, what it may be and what it was. */
export function resolveTrackerOptions(options: Partial<TrackerOptions>): TrackerOptions {
  const resolved = { ...DEFAULT_TRACKER_OPTIONS, ...options };
  for (const [name, value] of Object.entries(resolved)) {
    if (!(name in DEFAULT_TRACKER_OPTIONS)) throw new RangeError(`Expected a tracker option, got \`${name}\``);
    if (!Number.isFinite(value) || value < 0) throw new RangeError(`Expected \`${name}\` of 0 or more, got ${value}`);
  }
  if (resolved.birthScore > 1) throw new RangeError(`Expected \`birthScore\` in 0..1, got ${resolved.birthScore}`);
  if (!Number.isInteger(resolved.maxTracks) || resolved.maxTracks < 1 || resolved.maxTracks > 1000) {
    throw new RangeError(`Expected a whole \`maxTracks\` in 1..1000, got ${resolved.maxTracks}`);
  }
  return resolved;
}
