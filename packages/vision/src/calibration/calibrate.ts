import type { PhraseState } from '@lookout/protocol';
import { type RefusalReason, refusals } from './reasons.js';
import type { ScoreSketch } from './score-sketch.js';
import { allowedShare, type FalseAlarmBudget, shareAbove, thresholdFor } from './threshold.js';

/** It is calibrated after so many crops or so much time, whichever comes first. */
export const NEEDED_CROPS = 500;
export const NEEDED_SECONDS = 1800;
/** However long it took, fewer scores say nothing about rare ones. */
export const FEWEST_CROPS = 50;
/** Crops with a shorter side are not scored: a model's input would be mostly invented pixels. */
export const SMALLEST_SIDE_PX = 32;

/** Even money: below it the model holds the crop for something else. */
const MODEL_FLOOR = 0;
/** If nearly everything is too small, waiting for larger objects is no use. */
const TOO_SMALL_SHARE = 0.9;
/** A rare thing that so many crops score as is either no rare thing or not told apart. */
const LOUD_SHARE = 0.2;

/** All that is known about one phrase on one camera. */
export interface CalibrationInput {
  readonly phrase: string;
  /** What the words alone say against it (`checkTexts`). */
  readonly textReasons: readonly RefusalReason[];
  /** Scores of what the camera has shown while the phrase is taken to be absent. */
  readonly background: ScoreSketch;
  /** Crops not scored, since they are too small. */
  readonly tooSmall: number;
  /** Since the first crop, s. */
  readonly elapsedS: number;
  readonly budget: FalseAlarmBudget;
  /** `scoresOfExamples` of the positive ones. */
  readonly exampleScores: readonly number[];
}

export interface CalibrationResult {
  readonly state: PhraseState;
  /** Scores above it fire; undefined: not known yet, or nothing fires. */
  readonly threshold?: number;
  readonly expectedPerThousand?: number;
  /** Only where it is known how many crops a day are looked at. */
  readonly expectedPerDay?: number;
  /** Part of the positive examples that would fire; undefined: there are none. */
  readonly recall?: number;
  readonly needs?: { readonly crops: number; readonly seconds: number };
  readonly reasons: readonly RefusalReason[];
  /** For `too_loud`: scores above it are what it would have fired for. */
  readonly loudAbove?: number;
}

/**
 * Decides whether a phrase may fire on a camera, and from which score on. It starts as `calibrating`, and from there it becomes `armed` (an
 * example would fire), `untested` (there is no example) or `refused`. Whatever speaks against it is told at once, without waiting.
 */
export function calibrate(input: CalibrationInput): CalibrationResult {
  const { phrase, background, tooSmall, textReasons, exampleScores } = input;
  if (textReasons.length > 0) return { state: 'refused', reasons: textReasons };
  const seen = background.n + tooSmall;
  if (seen >= FEWEST_CROPS && tooSmall / seen > TOO_SMALL_SHARE) {
    return { state: 'refused', reasons: [refusals.tooSmall(phrase, SMALLEST_SIDE_PX)] };
  }
  const needs = missing(background.n, input.elapsedS);
  if (needs) return { state: 'calibrating', needs, reasons: [] };
  return judge(input, exampleScores);
}

/** What is missing until the background is known; undefined: nothing. */
export function missing(crops: number, elapsedS: number): { crops: number; seconds: number } | undefined {
  if (crops >= NEEDED_CROPS) return undefined;
  if (elapsedS >= NEEDED_SECONDS && crops >= FEWEST_CROPS) return undefined;
  const wanted = elapsedS >= NEEDED_SECONDS ? FEWEST_CROPS : NEEDED_CROPS;
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

/** How often something with this share of the crops comes, in words. */
function often(share: number, budget: FalseAlarmBudget): string {
  const [count, per] = 'perDay' in budget ? [share * budget.cropsPerDay, 'a day'] : [share * 1000, 'per 1000 crops'];
  return `${count < 10 ? Number(count.toFixed(1)) : Math.round(count)} times ${per}`;
}
