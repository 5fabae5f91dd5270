import { describe, expect, it } from 'vitest';
import { ScoreSketch } from './score-sketch.js';
import { type Draw, gaussian, laplace } from './testing/scores.js';
import { allowedShare, shareAbove, thresholdFor } from './threshold.js';

function sketchOf(draw: Draw, n: number): ScoreSketch {
  const sketch = new ScoreSketch();
  for (let i = 0; i < n; i++) sketch.add(draw());
  return sketch;
}

/** True rate: the share of very many further scores above the threshold. */
function trueShare(draw: Draw, threshold: number, n = 300_000): number {
  let above = 0;
  for (let i = 0; i < n; i++) if (draw() > threshold) above++;
  return above / n;
}

const NO_FLOOR = -64;
const BACKGROUNDS = [
  ['gaussian', (seed: number) => gaussian(seed, -12, 5)],
  ['with a long tail', (seed: number) => laplace(seed, -15, 3)],
] as const;

describe.each(BACKGROUNDS)('on a background that is %s', (_, background) => {
  it.each([10, 20, 50])('fires %i times per 1000 further crops, as promised', (perThousand) => {
    const allowed = allowedShare({ perThousand });
    const found = [1, 2, 3, 4, 5].map((seed) => {
      const { threshold, share } = thresholdFor(sketchOf(background(seed), 2000), allowed, NO_FLOOR);
      expect(share).toBeLessThanOrEqual(allowed);
      return trueShare(background(seed + 100), threshold, 20_000) / share;
    });
    for (const ratio of found) {
      expect(ratio).toBeGreaterThan(0.5);
      expect(ratio).toBeLessThan(2);
    }
  });

  it('fires about once a day at most, with 17 280 crops a day extrapolated from 500', () => {
    const budget = { perDay: 1, cropsPerDay: 86_400 / 5 };
    const perDay = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((seed) => {
      const { threshold } = thresholdFor(sketchOf(background(seed), 500), allowedShare(budget), NO_FLOOR);
      return trueShare(background(seed + 100), threshold) * budget.cropsPerDay;
    });
    perDay.sort((a, b) => a - b);
    expect(perDay[4]).toBeLessThan(2);
    // One camera in nine may have had an odd half hour.
    expect(perDay[8]).toBeLessThan(10);
  });
});

describe('a threshold', () => {
  it('is never below the floor of the model, and promises the share of the background above it', () => {
    const background = sketchOf(gaussian(1, -12, 3), 5000);
    const { threshold, share } = thresholdFor(background, 0.05, 0);
    expect(threshold).toBe(0);
    expect(share).toBeLessThan(0.001);
  });

  it('is above all scores seen if less than one of them may fire', () => {
    const background = sketchOf(laplace(3, -15, 3), 500);
    expect(thresholdFor(background, 1 / 17_280, NO_FLOOR).threshold).toBeGreaterThanOrEqual(background.quantile(1)!);
  });

  it('is the floor without a background, and everything may fire', () => {
    expect(thresholdFor(new ScoreSketch(), 0.01, 0)).toEqual({ threshold: 0, share: 1 });
  });

  it('copes with a background that always scores the same', () => {
    const background = new ScoreSketch();
    for (let i = 0; i < 500; i++) background.add(-20);
    const { threshold, share } = thresholdFor(background, 1 / 17_280, NO_FLOOR);
    expect(threshold).toBeGreaterThan(-20);
    expect(threshold).toBeLessThan(-10);
    expect(share).toBeLessThan(0.001);
  });
});

describe('the share above a score', () => {
  it('is counted while there are scores above it, and follows the tail beyond', () => {
    const background = sketchOf(gaussian(4, -10, 4), 1000);
    expect(shareAbove(background, -10)).toBeCloseTo(0.5, 1);
    const [near, far] = [shareAbove(background, 4), shareAbove(background, 10)];
    expect(far).toBeLessThan(near);
    expect(far).toBeGreaterThan(0);
  });
});
