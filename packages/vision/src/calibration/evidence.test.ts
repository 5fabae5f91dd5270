import { describe, expect, it } from 'vitest';
import { scoresOfExamples } from './evidence.js';
import { phraseScore } from './phrase-score.js';
import { unit } from './testing/vectors.js';

const phrase = { wanted: [unit(1, 0, 0)], contrasts: [], backgrounds: [unit(0, 1, 0)] };
const clip = { scale: 100, bias: 0 };
const odd = unit(0.2, 1, 0.5);
const alsoOdd = unit(0.2, 1, 0.52);

describe('the score of an example', () => {
  it('ignores that it matches itself', () => {
    const exemplars = { positives: [odd], negatives: [] };
    expect(phraseScore(odd, phrase, clip, exemplars)).toBeGreaterThan(0);
    expect(scoresOfExamples(phrase, clip, exemplars)[0]).toBeLessThan(0);
  });

  it('is positive if the text or another example matches it', () => {
    expect(scoresOfExamples(phrase, clip, { positives: [unit(1, 0.5, 0)], negatives: [] })[0]).toBeGreaterThan(0);
    for (const score of scoresOfExamples(phrase, clip, { positives: [odd, alsoOdd], negatives: [] })) {
      expect(score).toBeGreaterThan(0);
    }
  });
});
