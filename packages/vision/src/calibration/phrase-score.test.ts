import { describe, expect, it } from 'vitest';
import { EXEMPLAR_REACH, logSumExp, phraseScore } from './phrase-score.js';
import { unit } from './testing/vectors.js';

const RED_CAR = unit(1, 0.2, 0, 0);
const CAR = unit(1, 0, 0.2, 0);
const ROAD = unit(0, 0, 0, 1);
const FAR = unit(-1, -1, -1, -1);
const phrase = { wanted: [RED_CAR], contrasts: [CAR], backgrounds: [ROAD] };
const clip = { scale: 100, bias: 0 };

describe('the score of a crop', () => {
  it('is positive for a crop more like the phrase than like all contrasts together', () => {
    expect(phraseScore(unit(1, 0.4, 0, 0), phrase, clip)).toBeGreaterThan(0);
    expect(phraseScore(unit(1, 0, 0.4, 0), phrase, clip)).toBeLessThan(0);
    expect(phraseScore(unit(0, 0.1, 0, 1), phrase, clip)).toBeLessThan(-50);
  });

  it('does not depend on the bias, which SigLIP adds to each logit', () => {
    const image = unit(1, 0.3, 0.1, 0.2);
    expect(phraseScore(image, phrase, { scale: 100, bias: -16.8 })).toBe(phraseScore(image, phrase, clip));
  });

  it('falls when more contrasts fit as well', () => {
    const image = unit(1, 0.3, 0, 0);
    const more = { ...phrase, contrasts: [...phrase.contrasts, CAR] };
    expect(phraseScore(image, more, clip)).toBeLessThan(phraseScore(image, phrase, clip));
  });

  it('does not depend on how many backgrounds are listed', () => {
    const image = unit(1, 0.3, 0, 0.5);
    const more = { ...phrase, backgrounds: [ROAD, ROAD, ROAD] };
    expect(phraseScore(image, more, clip)).toBeCloseTo(phraseScore(image, phrase, clip), 5);
  });

  it('changes its sign if phrase and contrast are swapped, as for an absent thing', () => {
    const image = unit(1, 0.3, 0.1, 0);
    const present = phraseScore(image, { wanted: [RED_CAR], contrasts: [CAR], backgrounds: [FAR] }, clip);
    expect(phraseScore(image, { wanted: [CAR], contrasts: [RED_CAR], backgrounds: [FAR] }, clip)).toBeCloseTo(
      -present,
      5,
    );
  });
});

describe('examples', () => {
  const parked = unit(1, 0.1, 0.3, 0.5);
  const nearlyParked = unit(1, 0.12, 0.3, 0.5);

  it('make similar crops fire that would not by the text alone', () => {
    const exemplars = { positives: [parked], negatives: [] };
    expect(phraseScore(nearlyParked, phrase, clip)).toBeLessThan(0);
    expect(phraseScore(parked, phrase, clip, exemplars)).toBeCloseTo(100 * EXEMPLAR_REACH, 3);
    expect(phraseScore(nearlyParked, phrase, clip, exemplars)).toBeGreaterThan(9);
  });

  it('have no effect beyond their reach', () => {
    const exemplars = { positives: [parked], negatives: [parked] };
    const other = unit(0, 1, 0, 0.2);
    expect(phraseScore(other, phrase, clip, exemplars)).toBeCloseTo(phraseScore(other, phrase, clip), 2);
  });

  it('keep crops from firing that look like a wrong one', () => {
    const wrong = unit(1, 0.4, 0, 0.1);
    expect(phraseScore(wrong, phrase, clip)).toBeGreaterThan(0);
    expect(phraseScore(wrong, phrase, clip, { positives: [], negatives: [wrong] })).toBeLessThan(0);
  });
});

describe('log-sum-exp', () => {
  it('does not overflow', () => {
    expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.log(2));
    expect(logSumExp([])).toBe(Number.NEGATIVE_INFINITY);
  });
});
