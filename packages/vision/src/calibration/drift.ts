import type { ScoreSketch } from './score-sketch.js';

/** A rate this many times higher or lower than before is not chance. */
const DRIFT_FACTOR = 3;
/** Share of crops that is compared: one in a hundred is rare enough to matter and common enough to count. */
const DRIFT_SHARE = 0.01;
/** Minimum number of crops: of fewer, one in a hundred is so few that chance alone may cut them to a third. */
export const MIN_CROPS_FOR_DRIFT = 3000;

/**
 * Whether a camera's background no longer scores as it did when the threshold was set: the score that one crop in a hundred exceeded is
 * now exceeded by more than three times as many, or by less than a third. Needs at least 3000 recent crops.
 */
export function hasDrifted(calibrated: ScoreSketch, recent: ScoreSketch): boolean {
  const reference = calibrated.quantile(1 - DRIFT_SHARE);
  if (reference === undefined || recent.n < MIN_CROPS_FOR_DRIFT) return false;
  const before = calibrated.countAbove(reference) / calibrated.n;
  const now = recent.countAbove(reference) / recent.n;
  // If many scores are equal, none may be above the quantile; at least one is assumed.
  const share = Math.max(before, 1 / calibrated.n);
  return now > DRIFT_FACTOR * Math.max(share, DRIFT_SHARE) || now < Math.min(share, DRIFT_SHARE) / DRIFT_FACTOR;
}
