import { type Exemplars, type LogitRule, type PhraseVectors, phraseScore } from './phrase-score.js';

/**
 * Score of each positive example against the text and the other examples. Every example would match itself, which says nothing about the
 * next one.
 * @param examples default: all positive exemplars
 */
export function scoresOfExamples(
  phrase: PhraseVectors,
  logit: LogitRule,
  exemplars: Exemplars,
  examples: readonly Float32Array[] = exemplars.positives,
): number[] {
  return examples.map((example) =>
    phraseScore(example, phrase, logit, {
      ...exemplars,
      positives: exemplars.positives.filter((other) => other !== example),
    }),
  );
}
