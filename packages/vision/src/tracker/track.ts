import {
  type BoxFilter,
  CENTER_X,
  CENTER_Y,
  centerVariance,
  correctBox,
  createBoxFilter,
  HEIGHT,
  predictBox,
  rateOf,
  sideVariance,
  vagueness,
  WIDTH,
} from './box-filter.js';
import type { Candidate } from './candidate.js';
import { ClassVotes } from './class-votes.js';

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
  /** Of the filter, at the last update. */
  vagueness: number;
  seenMs: number;
  bornMs: number;
  /** Timestamp of the frame that confirmed it. */
  since: number | undefined;
  /** It was missed in the last update. */
  isHidden: boolean;
  /** Sum of what its detections were worth, until it is confirmed. */
  evidence: number;
  /** What it was matched with in this update. */
  match: Candidate | undefined;
  /** Its match might as well be another object's. */
  isContested: boolean;
}

/** A track whose first sight is worth `evidence`; the caller gives it an id when that is enough. */
export function beginTrack(candidate: Candidate, evidence: number, nowMs: number): Track {
  return {
    id: 0,
    classes: new ClassVotes(candidate.detection),
    score: candidate.score,
    filter: createBoxFilter(candidate),
    vagueness: 0,
    seenMs: nowMs,
    bornMs: nowMs,
    since: undefined,
    isHidden: false,
    evidence,
    match: candidate,
    isContested: false,
  };
}

/** Moves the track on to an update, `seconds` after the last one. */
export function predict(track: Track, seconds: number): void {
  predictBox(track.filter, seconds, !track.isHidden);
  track.vagueness = vagueness(track.filter);
  track.match = undefined;
  track.isContested = false;
}

/** Takes a detection of `nowMs` into the track, whose state has been predicted to then. */
export function observe(track: Track, candidate: Candidate, nowMs: number): void {
  correctBox(track.filter, candidate.centerX, candidate.centerY, candidate.width, candidate.height);
  track.score += (candidate.score - track.score) * (1 - Math.exp((track.seenMs - nowMs) / 1000 / SCORE_FADE_S));
  track.classes.add(candidate.detection);
  track.seenMs = nowMs;
  track.isHidden = false;
}

/** Velocity of the box's centre, pixels per second. */
export function velocityOf(track: Track): [number, number] {
  return [rateOf(track.filter, CENTER_X), rateOf(track.filter, CENTER_Y)];
}

/**
 * How unlikely it is that a detection shows a track's object: −2 ln of the likelihood, up to a constant. That is the squared
 * Mahalanobis distance of centre and sides, the logarithm of how widely the prediction is spread (so that a long-lost track, which
 * might be anywhere, does not outbid one just seen), the detector's doubt, and the surprise at the class. `Infinity` from `limit` on.
 */
export function claimCost(track: Track, candidate: Candidate, limit: number): number {
  const { filter } = track;
  const dx = candidate.centerX - filter[CENTER_X]!;
  const dy = candidate.centerY - filter[CENTER_Y]!;
  const fixed = track.vagueness + candidate.doubt;
  const near = fixed + (dx * dx + dy * dy) / centerVariance(filter);
  // Most are no pairs.
  if (!(near < limit)) return Infinity;
  const dw = candidate.width - filter[WIDTH]!;
  const dh = candidate.height - filter[HEIGHT]!;
  const cost = near + (dw * dw + dh * dh) / sideVariance(filter) + track.classes.surprise(candidate.classId);
  return cost < limit ? cost : Infinity;
}
