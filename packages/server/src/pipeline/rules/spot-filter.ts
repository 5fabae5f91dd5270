import { isSameLook, LOOK_LENGTH, type TrackedObject } from '@lookout/vision';
import type { ObservedFrame, WatchedSpot } from '../live/observed-frame.js';

/** A place at which something of a class is to be ignored while it looks as it did. */
export interface IgnoredSpot extends WatchedSpot {
  readonly id: string;
  readonly class_name: string;
  readonly look: Uint8Array;
}

/** Overlap from which an object is at a spot and of its size, IoU. */
const MIN_OVERLAP = 0.5;
/** How long a spot must look different before what was ignored there is not any more, or alike before what was not is, ms. */
const HOLD_MS = 1000;

interface KnownTrack {
  isIgnored: boolean;
  /** Since when its spot has told otherwise; undefined: it agrees. */
  otherwiseSinceMs: number | undefined;
  /** When what was ignored turned out to be something else: it counts as new from then. */
  newSinceMs: number | undefined;
}

/**
 * Takes out of a camera's objects what its users said is none: something of that class, at that place and of that size, as long as the
 * place looks as it did then. Somebody who stands there changes the look.
 */
export class SpotFilter {
  readonly #tracks = new Map<number, KnownTrack>();
  #spots: readonly unknown[] = [];

  /** The objects that count. */
  filter({ frame, objects, spots, looks }: ObservedFrame): readonly TrackedObject[] {
    // What a user has just said of something holds at once.
    if (spots !== this.#spots) this.#tracks.clear();
    this.#spots = spots;
    if (spots.length === 0 || looks === undefined) return objects;
    const ignored = spots as readonly IgnoredSpot[];
    const isAlike = ignored.map(({ look }, i) =>
      isSameLook(look, looks.subarray(i * LOOK_LENGTH, (i + 1) * LOOK_LENGTH)),
    );
    const here = new Set(objects.map(({ id }) => id));
    for (const id of this.#tracks.keys()) if (!here.has(id)) this.#tracks.delete(id);
    const counting: TrackedObject[] = [];
    for (const object of objects) {
      const at = ignored.flatMap((spot, i) => (isAt(object, spot, frame) ? [i] : []));
      const isAlikeThere = at.some((i) => isAlike[i]);
      const track = this.#judge(object, { isAtSpot: at.length > 0, isAlike: isAlikeThere }, frame.timestampMs);
      if (track?.isIgnored) continue;
      counting.push(track?.newSinceMs === undefined ? object : asNew(object, track.newSinceMs));
    }
    return counting;
  }

  #judge(
    { id, lastSeenMs }: TrackedObject,
    { isAtSpot, isAlike }: { isAtSpot: boolean; isAlike: boolean },
    nowMs: number,
  ): KnownTrack | undefined {
    const known = this.#tracks.get(id);
    // Nothing is learned about what is out of sight.
    if (lastSeenMs < nowMs) return known;
    if (!known) {
      const track = { isIgnored: isAlike, otherwiseSinceMs: undefined, newSinceMs: undefined };
      this.#tracks.set(id, track);
      return track;
    }
    const isOtherwise = known.isIgnored !== isAlike;
    known.otherwiseSinceMs = isOtherwise ? (known.otherwiseSinceMs ?? nowMs) : undefined;
    if (known.otherwiseSinceMs === undefined) return known;
    // What has moved away is no longer what stood there.
    const hasMoved = known.isIgnored && !isAtSpot;
    if (!hasMoved && nowMs - known.otherwiseSinceMs < HOLD_MS) return known;
    if (known.isIgnored) known.newSinceMs = known.otherwiseSinceMs;
    known.isIgnored = !known.isIgnored;
    known.otherwiseSinceMs = undefined;
    return known;
  }
}

/** As if it had just come: it was not there, or something else was, while it was ignored. */
function asNew(object: TrackedObject, sinceMs: number): TrackedObject {
  return { ...object, firstSeenMs: sinceMs, confirmedMs: sinceMs, isResident: false };
}

function isAt(
  { class_name, bbox }: TrackedObject,
  spot: IgnoredSpot,
  { width, height }: ObservedFrame['frame'],
): boolean {
  if (class_name !== spot.class_name) return false;
  const [x1, y1, x2, y2] = bbox;
  const [left, top, right, bottom] = [
    spot.box[0] * width,
    spot.box[1] * height,
    spot.box[2] * width,
    spot.box[3] * height,
  ];
  const shared =
    Math.max(0, Math.min(x2, right) - Math.max(x1, left)) * Math.max(0, Math.min(y2, bottom) - Math.max(y1, top));
  const both = (x2 - x1) * (y2 - y1) + (right - left) * (bottom - top) - shared;
  return shared >= MIN_OVERLAP * both;
}
