import type { Box } from '@lookout/protocol';
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
  scaleFilter,
  sideVariance,
  vagueness,
  WIDTH,
} from './box-filter.js';
import type { Candidate } from './candidate.js';
import { ClassVotes } from './class-votes.js';

/** Time over which a score is smoothed, s: one low score does not hide an object, a second of low scores does. */
const SCORE_FADE_S = 1;

/** One object followed through time. */
export interface Track {
  /** Whether the evidence suffices for an id. */
  isIdentified: boolean;
  classes: ClassVotes;
  /** Score, smoothed over time, 0..1. */
  score: number;
  /** State at the last update. */
  filter: BoxFilter;
  /** Box of the filter at the last update. */
  vagueness: number;
  seenMs: number;
  bornMs: number;
  /** Whether it was missed in the last update. */
  isHidden: boolean;
  /** Sum of the evidence of its detections, until that suffices. */
  evidence: number;
  /** Box of its last detection, pixels. */
  box: Box;
  /** The detection it was matched with in this update. */
  match: Candidate | undefined;
  /** Whether its match may just as well belong to another object. */
  isContested: boolean;
}

/** A track whose first detection counts as `evidence`; the caller identifies it once that is enough. */
export function beginTrack(candidate: Candidate, evidence: number, nowMs: number): Track {
  return {
    isIdentified: false,
    classes: new ClassVotes(candidate.detection),
    score: candidate.score,
    filter: createBoxFilter(candidate),
    vagueness: 0,
    seenMs: nowMs,
    bornMs: nowMs,
    isHidden: false,
    evidence,
    box: candidate.bbox,
    match: candidate,
    isContested: false,
  };
}

/** Advances the track to an update, `seconds` after the last one. */
export function predict(track: Track, seconds: number): void {
  predictBox(track.filter, seconds, !track.isHidden);
  track.vagueness = vagueness(track.filter);
  track.match = undefined;
  track.isContested = false;
}

/** Adds a detection at `nowMs` to the track, whose state has been predicted to that time. */
export function observe(track: Track, candidate: Candidate, nowMs: number): void {
  correctBox(track.filter, candidate.centerX, candidate.centerY, candidate.width, candidate.height);
  track.score += (candidate.score - track.score) * (1 - Math.exp((track.seenMs - nowMs) / 1000 / SCORE_FADE_S));
  track.classes.add(candidate.detection);
  track.box = candidate.bbox;
  track.seenMs = nowMs;
  track.isHidden = false;
}

/** The same object in a picture that is `factor` times as large. */
export function scaleTrack(track: Track, factor: number): void {
  scaleFilter(track.filter, factor);
  track.box = scaleBox(track.box, factor);
}

export function scaleBox([x1, y1, x2, y2]: Box, factor: number): Box {
  return [x1 * factor, y1 * factor, x2 * factor, y2 * factor];
}

/** Velocity of the box's centre, pixels per second. */
export function velocityOf(track: Track): [number, number] {
  return [rateOf(track.filter, CENTER_X), rateOf(track.filter, CENTER_Y)];
}

/**
 * How unlikely it is that a detection shows a track's object: −2 ln of the likelihood, up to a constant. That is the sum of the squared
 * Mahalanobis distance of centre and sides, the logarithm of the prediction's spread (so that a long-lost track, which
 * may be anywhere, does not outbid one just seen), the cost of a low score, and that of an unexpected class. `Infinity` from `limit` on.
 */
export function claimCost(track: Track, candidate: Candidate, limit: number): number {
  const { filter } = track;
  const dx = candidate.centerX - filter[CENTER_X]!;
  const dy = candidate.centerY - filter[CENTER_Y]!;
  const fixed = track.vagueness + candidate.doubt;
  const near = fixed + (dx * dx + dy * dy) / centerVariance(filter);
  // Most combinations are ruled out here.
  if (!(near < limit)) return Infinity;
  const dw = candidate.width - filter[WIDTH]!;
  const dh = candidate.height - filter[HEIGHT]!;
  const cost = near + (dw * dw + dh * dh) / sideVariance(filter) + track.classes.surprise(candidate.detection);
  return cost < limit ? cost : Infinity;
}
