import type { PhraseState } from '@lookout/protocol';
import { type RefusalReason, refusals } from './reasons.js';
import type { ScoreSketch } from './score-sketch.js';
import { allowedShare, type FalseAlarmBudget, shareAbove, thresholdFor } from './threshold.js';

/** Calibration ends after this many crops or this much time, whichever comes first. */
export const NEEDED_CROPS = 500;
export const NEEDED_SECONDS = 1800;
/** Minimum, however long it takes: fewer scores say nothing about rare ones. */
export const MIN_CROPS = 50;
/** Crops with a side below this are not scored: most of a model's input would be interpolated pixels. */
export const MIN_CROP_SIDE_PX = 32;

/** Even odds: below it the model takes the crop for something else. */
const MODEL_FLOOR = 0;
/** Share of crops that are too small, above which there is no point in waiting for larger objects. */
const TOO_SMALL_SHARE = 0.9;
/** A phrase that a larger share of the crops matches is either not rare or not recognised. */
const LOUD_SHARE = 0.2;

/** State of a phrase on one camera. */
export interface CalibrationInput {
  readonly phrase: string;
  /** Reasons against it from the words alone (`checkTexts`). */
  readonly textReasons: readonly RefusalReason[];
  /** Scores of crops from the camera, which are assumed not to show the phrase. */
  readonly background: ScoreSketch;
  /** Number of crops that were too small to score. */
  readonly tooSmall: number;
  /** Time since the first crop, s. */
  readonly elapsedS: number;
  readonly budget: FalseAlarmBudget;
  /** `scoresOfExamples` of the positive examples. */
  readonly exampleScores: readonly number[];
}

export interface CalibrationResult {
  readonly state: PhraseState;
  /** Scores above it fire; undefined: not known yet, or nothing fires. */
  readonly threshold?: number;
  readonly expectedPerThousand?: number;
  /** Only if the number of crops per day is known. */
  readonly expectedPerDay?: number;
  /** Share of the positive examples that would fire; undefined: there are none. */
  readonly recall?: number;
  readonly needs?: { readonly crops: number; readonly seconds: number };
  readonly reasons: readonly RefusalReason[];
  /** Score above which a refused phrase would have fired. */
  readonly loudAbove?: number;
}

/**
 * Decides whether a phrase may fire on a camera, and above which score. It starts as `calibrating` and becomes `armed` (an example would
 * fire), `untested` (there is no example) or `refused`. Reasons that need no background refuse it at once.
 */
export function calibrate(input: CalibrationInput): CalibrationResult {
  const { phrase, background, tooSmall, textReasons, exampleScores } = input;
  if (textReasons.length > 0) return { state: 'refused', reasons: textReasons };
  const seen = background.n + tooSmall;
  if (seen >= MIN_CROPS && tooSmall / seen > TOO_SMALL_SHARE) {
    return { state: 'refused', reasons: [refusals.tooSmall(phrase, MIN_CROP_SIDE_PX)] };
  }
  const needs = missing(background.n, input.elapsedS);
  if (needs) return { state: 'calibrating', needs, reasons: [] };
  return judge(input, exampleScores);
}

/** Crops and time still needed to know the background; undefined: none. */
export function missing(crops: number, elapsedS: number): { crops: number; seconds: number } | undefined {
  if (crops >= NEEDED_CROPS) return undefined;
  if (elapsedS >= NEEDED_SECONDS && crops >= MIN_CROPS) return undefined;
  const wanted = elapsedS >= NEEDED_SECONDS ? MIN_CROPS : NEEDED_CROPS;
  return { crops: wanted - crops, seconds: Math.max(0, NEEDED_SECONDS - elapsedS) };
}

function judge(input: CalibrationInput, exampleScores: readonly number[]): CalibrationResult {
  const { phrase, background, budget } = input;
  const { threshold, share } = thresholdFor(background, allowedShare(budget), MODEL_FLOOR);
  const figures = {
    threshold,
    expectedPerThousand: 1000 * share,
    ...('perDay' in budget && { expectedPerDay: share * budget.cropsPerDay }),
  };
  const best = Math.max(...exampleScores);
  if (exampleScores.length > 0) {
    const recall = exampleScores.filter((score) => score > threshold).length / exampleScores.length;
    if (recall > 0) return { state: 'armed', ...figures, recall, reasons: [] };
    const reason =
      best <= MODEL_FLOOR
        ? refusals.belowExample(phrase, best, MODEL_FLOOR)
        : refusals.tooLoudForExample(phrase, best, threshold, often(shareAbove(background, best), budget));
    return { state: 'refused', ...figures, recall, reasons: [reason], loudAbove: Math.max(best, MODEL_FLOOR) };
  }
  const loud = background.countAbove(MODEL_FLOOR) / background.n;
  if (loud > LOUD_SHARE) {
    const reason = refusals.tooLoud(phrase, often(loud, budget));
    return { state: 'refused', ...figures, reasons: [reason], loudAbove: MODEL_FLOOR };
  }
  return { state: 'untested', ...figures, reasons: [] };
}

/** Rate of this share of the crops, in words. */
function often(share: number, budget: FalseAlarmBudget): string {
  const [count, per] = 'perDay' in budget ? [share * budget.cropsPerDay, 'a day'] : [share * 1000, 'per 1000 crops'];
  return `${count < 10 ? Number(count.toFixed(1)) : Math.round(count)} times ${per}`;
}
