import { Calibration } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { scaleOf } from './scale.js';

const calibration = (given: object) =>
  Calibration.parse({
    ...{ state: 'armed', camera: 'yard', phrase: 'a red car', polarity: 'present', model: 'm', threshold: 4 },
    ...{ background: { n: 500, q50: 0, q99: 3, q999: 3.5 }, needs: null, expected_per_day: 1, expected_per_1000: 2 },
    ...{ recall: 1, examples: [], reasons: [], calibrated_at: 0, cameras: [] },
    ...given,
  });
const example = (score: number, is_positive = true) => ({
  id: 'a',
  is_positive,
  score,
  picture_url: null,
  created_at: 0,
});

describe('the score scale', () => {
  it('goes from the lowest to the highest, with room at its ends', () => {
    const marks = scaleOf(calibration({ examples: [example(8), example(-2, false)] }));
    expect(marks.map(({ kind, score }) => [kind, score])).toEqual([
      ['usual', 0],
      ['rare', 3],
      ['limit', 4],
      ['example', 8],
      ['counter', -2],
    ]);
    const shares = marks.map(({ share }) => share);
    expect(Math.min(...shares)).toBeCloseTo(0.06);
    expect(Math.max(...shares)).toBeCloseTo(0.94);
  });

  it('puts equal scores in the middle, and is empty without scores', () => {
    const same = { n: 1, q50: 2, q99: 2, q999: 2 };
    expect(scaleOf(calibration({ background: same, threshold: 2 })).map(({ share }) => share)).toEqual([0.5, 0.5, 0.5]);
    expect(scaleOf(calibration({ background: { n: 0, q50: null, q99: null, q999: null }, threshold: null }))).toEqual(
      [],
    );
  });
});
