import { phraseScore, ScoreSketch, thresholdFor } from '@lookout/vision';
import { seededRandom } from '@lookout/vision/testing';
import type { PhraseTrial } from './phrase-trial.js';

/** Expected and measured rate of false alarms of a phrase, on images that it was not calibrated with. */
export interface FalseAlarms {
  readonly kind: string;
  /** Per 1000 crops. */
  readonly promised: number;
  readonly found: number;
}

/** Kinds with fewer crops say little. */
const MIN_CROPS = 5;
/** No lower bound, so that the quantile alone is tested. */
const NO_FLOOR = -64;
/** Random halvings of the images; a single one would leave only a handful of false alarms to count. */
const SPLITS = 10;

/** For each kind with enough crops: thresholds from one half of the images, tested on the other, averaged over several halvings. */
export async function falseAlarms(trial: PhraseTrial, perThousand: number): Promise<FalseAlarms[]> {
  const kinds = [...new Set(trial.crops.map(({ kind }) => kind))].filter((kind) => trial.of(kind).length >= MIN_CROPS);
  const results: FalseAlarms[] = [];
  for (const kind of kinds) {
    const { vectors: phrase } = await trial.words.read({ classes: ['*'], phrase: `a ${kind}` });
    const scores = trial
      .without(kind)
      .map(({ vector, picture }) => ({ picture, score: phraseScore(vector, phrase, trial.logit) }));
    const halves = Array.from({ length: SPLITS }, (_, seed) => {
      const random = seededRandom(seed);
      const isKnown = Array.from({ length: 128 }, () => random() < 0.5);
      const background = new ScoreSketch();
      for (const { picture, score } of scores) if (isKnown[picture]) background.add(score);
      const { threshold, share } = thresholdFor(background, perThousand / 1000, NO_FLOOR);
      const others = scores.filter(({ picture }) => !isKnown[picture]);
      return { promised: share, found: others.filter(({ score }) => score > threshold).length / others.length };
    });
    results.push({ kind, promised: 1000 * mean(halves, 'promised'), found: 1000 * mean(halves, 'found') });
  }
  return results;
}

function mean(halves: readonly { promised: number; found: number }[], key: 'promised' | 'found'): number {
  return halves.reduce((sum, half) => sum + half[key], 0) / halves.length;
}
