/**
 * When a track is a confirmed object. Detectors take a cone or a sign for a person, second after second at the same place and with the
 * same low score, while what lives and drives is soon seen clearly, or moves. So an object is confirmed
 * - once it is sure: the robust mean of its scores reaches a floor, and it has been seen for a moment if it moves, for longer if it stands;
 * - the more surely it moves, the lower is that floor: down to the caller's threshold.
 */
import type { RecentLooks } from './recent-looks.js';

/** Floor for what does not move. Things taken for people rarely hold 0.5 for seconds; parked cars and seated people hold this. */
const SURE_SCORE = 0.6;
/** … but it exceeds the caller's threshold by no more than this: one who asks for doubtful objects gets them. */
const SURE_ABOVE_THRESHOLD = 0.2;
/** How long it is to be seen, weighted by the score: 1.2 s at the floor, 0.4 s at 0.8 … */
const SURE_EVIDENCE_S = 0.12;
const EVIDENCE_MARGIN = 0.1;

/** … but no shorter than this, and by no fewer looks. */
const MIN_SEEN_MS = 400;
const MIN_LOOKS = 3;

/** A change of place by this much, in sizes, suggests motion. */
const MOVING = 0.25;
/** Look after look, boxes of things that stand still are no less steady than this. */
const UNSTEADY = 0.15;
/** … and what changes its place by this much moves: for it the floor is the caller's threshold. */
const SURELY_MOVING = 0.5;

/**
 * @param seenMs how long it has been seen.
 * @param threshold lowest score of interest to the caller, 0..1.
 */
export function isConfirmed(looks: RecentLooks, seenMs: number, threshold: number): boolean {
  if (looks.count < MIN_LOOKS || seenMs < MIN_SEEN_MS) return false;
  const { score } = looks;
  if (score < threshold) return false;
  const motion = Math.min(1, Math.max(0, (looks.surelyShifted - UNSTEADY) / (SURELY_MOVING - UNSTEADY)));
  if (motion === 1) return true;
  const floor = sureScore(threshold) - motion * (sureScore(threshold) - threshold);
  if (score < floor) return false;
  return looks.shifted >= MOVING || (score - floor + EVIDENCE_MARGIN) * seenMs >= 1000 * SURE_EVIDENCE_S;
}

/** The floor for what does not move. */
export function sureScore(threshold: number): number {
  return Math.max(threshold, Math.min(SURE_SCORE, threshold + SURE_ABOVE_THRESHOLD));
}

/** Share of its best score that a confirmed object that comes to stand is to keep … */
const KEPT_SHARE = 0.65;
/** … unless it scores as high as this: below the floor, as it has been seen better. */
const KEPT_BELOW_SURE = 0.1;

/** Whether a confirmed object still scores as what it was. @param best highest robust mean of its scores so far, 0..1 */
export function keepsUp(score: number, best: number, threshold: number): boolean {
  return score >= Math.min(sureScore(threshold) - KEPT_BELOW_SURE, KEPT_SHARE * best);
}

/** Share of the threshold below which nothing that moves is believed to be what was confirmed. */
const HARDLY_SHARE = 0.6;

export function isHardlySeen(score: number, threshold: number): boolean {
  return score < HARDLY_SHARE * threshold;
}
