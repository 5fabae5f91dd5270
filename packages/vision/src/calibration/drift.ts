import type { ScoreSketch } from './score-sketch.js';

/** A rate so many times higher or lower than it was is no chance. */
const DRIFT_FACTOR = 3;
/** What is compared: one crop in a hundred, which is rare enough to matter and common enough to count. */
const DRIFT_SHARE = 0.01;
/** Of fewer, one in a hundred are so few that chance alone makes a third of them. */
export const FEWEST_FOR_DRIFT = 3000;

/**
 * Whether a camera's background no longer scores as it did when the threshold was set: the score that one crop in a hundred exceeded is
 * exceeded by more than three times as many now, or by less than a third. It takes at least 3000 crops to tell.
 */
export function hasDrifted(calibrated: ScoreSketch, recent: ScoreSketch): boolean {
  const reference = calibrated.quantile(1 - DRIFT_SHARE);
  if (reference === undefined || recent.n < FEWEST_FOR_DRIFT) return false;
  const before = calibrated.countAbove(reference) / calibrated.n;
  const now = recent.countAbove(reference) / recent.n;
  // Where many scores are equal, none may be above the quantile; one is the least that could be.
  const share = Math.max(before, 1 / calibrated.n);
  return now > DRIFT_FACTOR * Math.max(share, DRIFT_SHARE) || now < Math.min(share, DRIFT_SHARE) / DRIFT_FACTOR;
}
