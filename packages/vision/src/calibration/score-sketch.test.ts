import { describe, expect, it } from 'vitest';
import { ScoreSketch } from './score-sketch.js';
import { gaussian } from './testing/scores.js';

function sketchOf(scores: readonly number[]): ScoreSketch {
  const sketch = new ScoreSketch();
  for (const score of scores) sketch.add(score);
  return sketch;
}

describe('a sketch of scores', () => {
  it('knows quantiles to an eighth of a logit', () => {
    const draw = gaussian(1, -12, 5);
    const scores = Array.from({ length: 10_000 }, draw).sort((a, b) => a - b);
    const sketch = sketchOf(scores);
    for (const share of [0.01, 0.5, 0.9, 0.99, 0.999]) {
      const exact = scores[Math.ceil(share * scores.length) - 1]!;
      expect(sketch.quantile(share)! - exact, `${share}`).toBeGreaterThanOrEqual(0);
      expect(sketch.quantile(share)! - exact, `${share}`).toBeLessThanOrEqual(1 / 8);
    }
  });

  it('counts exactly what is above a quantile', () => {
    const sketch = sketchOf(Array.from({ length: 100 }, (_, i) => i / 2));
    expect(sketch.countAbove(sketch.quantile(0.9)!)).toBe(10);
    expect(sketch.countAbove(-64)).toBe(100);
    expect(sketch.countAbove(64)).toBe(0);
  });

  it('gives the mean excess over a threshold', () => {
    const sketch = sketchOf([0, 10.06, 12.06]);
    expect(sketch.meanExcess(8)).toBeCloseTo(3.06, 1);
    expect(sketch.meanExcess(20)).toBeUndefined();
  });

  it('is the same after being stored', () => {
    const sketch = sketchOf([-3, -3, 1.5, 40]);
    const again = ScoreSketch.from(JSON.parse(JSON.stringify(sketch)));
    expect([again.n, again.quantile(0.5), again.countAbove(1)]).toEqual([4, sketch.quantile(0.5), 2]);
    expect(JSON.stringify(sketch).length).toBeLessThan(100);
  });

  it('clamps scores to its bounds, and stays small', () => {
    const sketch = sketchOf([-1e9, 1e9]);
    expect([sketch.quantile(0.5), sketch.quantile(1)]).toEqual([-63.875, 64]);
    for (let i = 0; i < 20_000; i++) sketch.add((i % 400) - 200);
    expect(JSON.stringify(sketch).length).toBeLessThan(12_000);
  });

  it('has no quantile while it is empty', () => {
    expect(new ScoreSketch().quantile(0.5)).toBeUndefined();
  });

  it.each([[[[-1, 2]]], [[[5000, 2]]], [[[3, 0]]], [[[3, 1.5]]]])('refuses %j from a damaged row', (stored) => {
    expect(() => ScoreSketch.from(stored as never)).toThrow(RangeError);
  });
});
