import type { Calibration } from '@lookout/protocol';
import { currentLanguage } from '../strings/language.js';

/** A mark on the score scale. */
export interface ScaleMark {
  kind: 'usual' | 'rare' | 'limit' | 'example' | 'counter';
  score: number;
  /** Position, 0..1 from the left. */
  share: number;
}

const oneDigit = new Intl.NumberFormat(currentLanguage(), { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** A score, or another small number. */
export const scoreText = (score: number) => oneDigit.format(score);

/** Share of the scale that stays free at each end. */
const MARGIN = 0.06;

/** Marks of the score scale, with the lowest at its left; empty while nothing is known. */
export function scaleOf({ background, threshold, examples }: Calibration): ScaleMark[] {
  const scores: [ScaleMark['kind'], number | null][] = [
    ['usual', background.q50],
    ['rare', background.q99],
    ['limit', threshold],
    ...examples.map(({ is_positive, score }): [ScaleMark['kind'], number] => [
      is_positive ? 'example' : 'counter',
      score,
    ]),
  ];
  const known = scores.flatMap(([kind, score]) => (score === null ? [] : [{ kind, score }]));
  if (background.q50 === null && threshold === null) return [];
  const all = known.map(({ score }) => score);
  const [lowest, highest] = [Math.min(...all), Math.max(...all)];
  const width = highest - lowest;
  return known.map(({ kind, score }) => ({
    kind,
    score,
    share: width > 0 ? MARGIN + (1 - 2 * MARGIN) * ((score - lowest) / width) : 0.5,
  }));
}
