import { type BoxFilter, CENTER_X, CENTER_Y, correctBox, createBoxFilter, predictBox, rateOf } from './box-filter.js';
import type { Candidate } from './candidate.js';
import { ClassVotes } from './class-votes.js';

/** Directions are measured from this many observations back: over one frame they are mostly noise (OC-SORT's Δt). */
const DIRECTION_OBSERVATIONS = 5;

/** A gap is walked again in at most this many steps: more change the result by less than a pixel. */
const MAX_REUPDATE_STEPS = 10;

/** A score is smoothed over this long, s: one doubtful look does not hide an object, a second of them does. */
const SCORE_FADE_S = 1;

/** One object followed through time. */
export interface Track {
  /** 0 until it is confirmed. */
  id: number;
  classes: ClassVotes;
  /** Smoothed over time, 0..1. */
  score: number;
  /** State at the last update. */
  filter: BoxFilter;
  /** State when it was last seen. */
  seenFilter: BoxFilter;
  seen: Candidate;
  seenMs: number;
  bornMs: number;
  /** Timestamp of the frame that confirmed it. */
  since: number | undefined;
  /** Updates since it was last seen. */
  misses: number;
  /** Sum of what its detections were worth, until it is confirmed. */
  evidence: number;
  /** Centres x, y of its last observations, oldest first, pixels. */
  path: number[];
  /** What it was matched with in this update. */
  match: Candidate | undefined;
}

/** A track whose first sight is worth `evidence`; the caller gives it an id when that is enough. */
export function beginTrack(candidate: Candidate, evidence: number, nowMs: number): Track {
  const filter = createBoxFilter(candidate);
  return {
    id: 0,
    classes: new ClassVotes(candidate.detection),
    score: candidate.score,
    filter,
    seenFilter: filter.slice(),
    seen: candidate,
    seenMs: nowMs,
    bornMs: nowMs,
    since: undefined,
    misses: 0,
    evidence,
    path: [candidate.centerX, candidate.centerY],
    match: candidate,
  };
}

/** Takes a detection of `nowMs` into the track, whose state has been predicted to then. */
export function observe(track: Track, candidate: Candidate, nowMs: number): void {
  if (track.misses > 0) reupdate(track, candidate, (nowMs - track.seenMs) / 1000);
  else correctBox(track.filter, candidate.centerX, candidate.centerY, candidate.width, candidate.height);
  track.seenFilter.set(track.filter);
  track.score += (candidate.score - track.score) * (1 - Math.exp((track.seenMs - nowMs) / 1000 / SCORE_FADE_S));
  track.classes.add(candidate.detection);
  track.seen = candidate;
  track.seenMs = nowMs;
  track.misses = 0;
  track.path.push(candidate.centerX, candidate.centerY);
  if (track.path.length > 2 * (DIRECTION_OBSERVATIONS + 1)) track.path.splice(0, 2);
}

/** Velocity of the box's centre, pixels per second. */
export function velocityOf(track: Track): [number, number] {
  return [rateOf(track.filter, CENTER_X), rateOf(track.filter, CENTER_Y)];
}

/**
 * Observation-centric re-update (OC-SORT, arXiv:2203.14360 §4.1): what the filter made up while the object was hidden is
 * forgotten and the gap walked again along the line between the two observations.
 */
function reupdate(track: Track, to: Candidate, gapS: number): void {
  const { filter, seen: from } = track;
  const steps = Math.min(MAX_REUPDATE_STEPS, track.misses + 1);
  filter.set(track.seenFilter);
  for (let step = 1; step <= steps; step++) {
    const part = step / steps;
    predictBox(filter, gapS / steps, true);
    correctBox(
      filter,
      from.centerX + (to.centerX - from.centerX) * part,
      from.centerY + (to.centerY - from.centerY) * part,
      from.width + (to.width - from.width) * part,
      from.height + (to.height - from.height) * part,
    );
  }
}
