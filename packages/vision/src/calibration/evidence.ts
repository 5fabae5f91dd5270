import { type Exemplars, type LogitRule, type PhraseVectors, phraseScore } from './phrase-score.js';

/**
 * What each positive example scores as if it had not been given: by the text and by the other examples. By itself every example would find
 * itself, which says nothing about the next one.
 * @param examples default: all that a crop is compared with
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
