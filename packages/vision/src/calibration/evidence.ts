import { type Exemplars, type LogitRule, type PhraseVectors, phraseScore } from './phrase-score.js';

/**
 * What each positive example scores as if it had not been given: by the text and by the other examples. By itself every example would find
 * itself, which says nothing about the next one.
 */
export function scoresOfExamples(phrase: PhraseVectors, logit: LogitRule, exemplars: Exemplars): number[] {
  return exemplars.positives.map((example, i) =>
    phraseScore(example, phrase, logit, { ...exemplars, positives: exemplars.positives.filter((_, j) => j !== i) }),
  );
}
