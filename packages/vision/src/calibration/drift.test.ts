import { describe, expect, it } from 'vitest';
import { hasDrifted } from './drift.js';
import { ScoreSketch } from './score-sketch.js';
import { gaussian } from './testing/scores.js';

function week(seed: number, mean: number, n = 10_000): ScoreSketch {
  const draw = gaussian(seed, mean, 4);
  const sketch = new ScoreSketch();
  for (let i = 0; i < n; i++) sketch.add(draw());
  return sketch;
}

describe('drift', () => {
  const calibrated = week(1, -12, 500);

  it('is not reported for weeks like the first one', () => {
    for (let seed = 2; seed < 30; seed++) expect(hasDrifted(week(seed, -12, 500), week(seed + 100, -12))).toBe(false);
  });

  it('is reported when the background scores higher, as with a new light, and when it scores lower', () => {
    expect(hasDrifted(calibrated, week(2, -8))).toBe(true);
    expect(hasDrifted(calibrated, week(3, -18))).toBe(true);
  });

  it('is not reported for too few crops', () => {
    expect(hasDrifted(calibrated, week(4, 0, 2000))).toBe(false);
    expect(hasDrifted(new ScoreSketch(), week(4, 0))).toBe(false);
  });
});
