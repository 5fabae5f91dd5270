import type { ScoreSketch } from './score-sketch.js';

/** Allowed false alarms of a phrase: per day if the number of crops per day is known, otherwise per 1000 crops. */
export type FalseAlarmBudget =
  | { readonly perDay: number; readonly cropsPerDay: number }
  | { readonly perThousand: number };

export interface Threshold {
  /** Scores above it fire. */
  readonly threshold: number;
  /** Expected share of crops without the object that fire, 0..1. */
  readonly share: number;
}

/** Number of scores above a threshold from which their count alone gives the rate; with fewer, the shape of the tail does. */
const ENOUGH_ABOVE = 3;
/** Share of the scores that the tail is fitted to, and their minimum number. */
const TAIL_SHARE = 0.05;
const MIN_IN_TAIL = 20;
/** Minimum scale of the tail, logits: no background is so uniform that nothing would ever score half a logit higher. */
const NARROWEST_TAIL = 0.5;

/** Share of crops that a budget allows as false alarms, 0..1. */
export function allowedShare(budget: FalseAlarmBudget): number {
  return 'perDay' in budget
    ? Math.min(1, budget.perDay / Math.max(1, budget.cropsPerDay))
    : Math.min(1, budget.perThousand / 1000);
}

/**
 * Lowest threshold at which the background fires no more often than allowed.
 * A rate of one in 20 000 can't be read off 500 scores: beyond them, the tail is assumed to fall exponentially, as excesses over a high
 * threshold do for most distributions (peaks over threshold: Pickands 1975, with shape 0), and not to end below the observed quantile.
 * @param floor logits; below it the model itself rejects the phrase, so no threshold is lower
 */
export function thresholdFor(background: ScoreSketch, allowed: number, floor: number): Threshold {
  // Of n + 1 further scores, k are expected above the k-th highest of n.
  const above = Math.floor(allowed * (background.n + 1)) - 1;
  let threshold = background.quantile(1 - Math.max(0, above) / background.n) ?? floor;
  if (background.n > 0 && above < ENOUGH_ABOVE) {
    const tail = tailOf(background);
    threshold = Math.max(tail.start + tail.scale * Math.log(Math.max(1, tail.share / allowed)), threshold);
  }
  if (threshold > floor) return { threshold, share: allowed };
  return { threshold: floor, share: background.n === 0 ? 1 : Math.min(allowed, shareAbove(background, floor)) };
}

/** Expected share of further crops above a threshold, 0..1; from the shape of the tail where hardly any score is above it. */
export function shareAbove(background: ScoreSketch, threshold: number): number {
  if (background.n === 0) return 1;
  const above = background.countAbove(threshold);
  if (above >= ENOUGH_ABOVE) return Math.min(1, (above + 1) / (background.n + 1));
  const { start, scale, share } = tailOf(background);
  return Math.max(above / background.n, threshold <= start ? share : share * Math.exp(-(threshold - start) / scale));
}

function tailOf(background: ScoreSketch): { start: number; scale: number; share: number } {
  const inTail = Math.min(background.n, Math.max(MIN_IN_TAIL, TAIL_SHARE * background.n));
  const start = background.quantile(1 - inTail / background.n) ?? 0;
  const above = background.countAbove(start);
  return {
    start,
    scale: Math.max(NARROWEST_TAIL, background.meanExcess(start) ?? 0),
    // If many scores are equal, none may be above the quantile.
    share: Math.max(above, 1) / background.n,
  };
}
