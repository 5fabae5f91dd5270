import type { ScoreSketch } from './score-sketch.js';

/** How often a phrase may fire wrongly: a day, where it is known how many crops a day are looked at; otherwise per 1000 crops. */
export type FalseAlarmBudget =
  | { readonly perDay: number; readonly cropsPerDay: number }
  | { readonly perThousand: number };

export interface Threshold {
  /** Scores above it fire. */
  readonly threshold: number;
  /** Share of crops without the object that is expected to fire, 0..1. */
  readonly share: number;
}

/** So many scores above a threshold, and their count alone tells the rate; below it the shape of the tail must help. */
const ENOUGH_ABOVE = 3;
/** The part of the scores that the tail's shape is taken from, and the fewest of them. */
const TAIL_SHARE = 0.05;
const FEWEST_IN_TAIL = 20;
/** The narrowest tail, logits: no background is so even that half a logit above it nothing would ever come. */
const NARROWEST_TAIL = 0.5;

/** The share of crops that a budget allows to fire wrongly, 0..1. */
export function allowedShare(budget: FalseAlarmBudget): number {
  return 'perDay' in budget
    ? Math.min(1, budget.perDay / Math.max(1, budget.cropsPerDay))
    : Math.min(1, budget.perThousand / 1000);
}

/**
 * The lowest threshold at which background fires no more than allowed.
 * A rate of one in 20 000 can't be read off 500 scores: beyond what they hold, the tail is taken to fall exponentially, as excesses over a
 * high threshold do for most distributions (peaks over threshold: Pickands 1975, with shape 0), and never to end below the highest score.
 * @param floor logits; below it the model itself would say no, so no threshold is lower
 */
export function thresholdFor(background: ScoreSketch, allowed: number, floor: number): Threshold {
  // Above the k-th highest of n scores, k of n + 1 further ones are expected.
  const above = Math.floor(allowed * (background.n + 1)) - 1;
  let threshold = background.quantile(1 - Math.max(0, above) / background.n) ?? floor;
  if (background.n > 0 && above < ENOUGH_ABOVE) {
    const tail = tailOf(background);
    threshold = Math.max(tail.start + tail.scale * Math.log(Math.max(1, tail.share / allowed)), threshold);
  }
  if (threshold > floor) return { threshold, share: allowed };
  return { threshold: floor, share: background.n === 0 ? 1 : Math.min(allowed, shareAbove(background, floor)) };
}

/** The share of crops like these that will score above a threshold, 0..1; beyond the highest of them by the shape of the tail. */
export function shareAbove(background: ScoreSketch, threshold: number): number {
  if (background.n === 0) return 1;
  const above = background.countAbove(threshold);
  if (above >= ENOUGH_ABOVE) return Math.min(1, (above + 1) / (background.n + 1));
  const { start, scale, share } = tailOf(background);
  return Math.max(above / background.n, threshold <= start ? share : share * Math.exp(-(threshold - start) / scale));
}

function tailOf(background: ScoreSketch): { start: number; scale: number; share: number } {
  const inTail = Math.min(background.n, Math.max(FEWEST_IN_TAIL, TAIL_SHARE * background.n));
  const start = background.quantile(1 - inTail / background.n) ?? 0;
  const above = background.countAbove(start);
  return {
    start,
    scale: Math.max(NARROWEST_TAIL, background.meanExcess(start) ?? 0),
    // Of equal scores none may be above the quantile.
    share: Math.max(above, 1) / background.n,
  };
}
