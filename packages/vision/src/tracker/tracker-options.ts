/** Settings of a tracker. Lengths are in object sizes (√ of the box's area), so that one setting suits near and far objects. */
export interface TrackerOptions {
  /** Detections below this score never start a track but may continue one, 0..1. */
  birthScore: number;
  /** A new track gets its id once the scores of its detections add up to this: soon with high scores, later with low ones. */
  idEvidence: number;
  /** … and not before it has been seen for this long, so that a flicker at 60 fps does not count as many detections, ms. */
  idMs: number;
  /** A detection with this score that does not overlap others gets its id at once, 0..1; above 1: never. */
  instantScore: number;
  /** A track not seen for this long ends, ms. */
  lostMs: number;
  /** A track without an id ends if an update misses it this long after it was last seen, ms. */
  tentativeMs: number;
  /** Maximum number of tracks, including those without an id; when full, no track is started. */
  maxTracks: number;
}

export const DEFAULT_TRACKER_OPTIONS: Readonly<TrackerOptions> = {
  // If the caller keeps low-scoring detections at all, an object that only ever scores low should still get an id, later.
  birthScore: 0.25,
  // Three detections at 0.8, five at 0.5, nine at 0.25.
  idEvidence: 2.15,
  idMs: 50,
  // At this score a detector is rarely wrong, and waiting would cost the object its first frames.
  instantScore: 0.95,
  // A person hidden by a tree or another person for up to about 2 s is recovered; after that the prediction is no better than chance.
  lostMs: 1900,
  // Two missed frames at 30 fps, none at 10 fps.
  tentativeMs: 100,
  // Above any detector's limit of 300 per frame, with room for objects that are out of sight.
  maxTracks: 1000,
};

/** @throws RangeError naming the option, its allowed values and the value given. */
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
