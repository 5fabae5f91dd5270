import { describe, expect, it } from 'vitest';
import {
  CENTER_X,
  CENTER_Y,
  centerVariance,
  correctBox,
  createBoxFilter,
  HEIGHT,
  predictBox,
  rateOf,
  WIDTH,
} from './box-filter.js';

const box = { centerX: 100, centerY: 200, width: 40, height: 100 };

describe('box filter', () => {
  it('begins at the measured box, at rest', () => {
    const filter = createBoxFilter(box);
    expect([CENTER_X, CENTER_Y, WIDTH, HEIGHT].map((at) => filter[at])).toEqual([100, 200, 40, 100]);
    expect([CENTER_X, CENTER_Y, WIDTH, HEIGHT].map((at) => rateOf(filter, at))).toEqual([0, 0, 0, 0]);
  });

  it('finds the speed of even motion at any rate of frames', () => {
    for (const fps of [5, 15, 60]) {
      const filter = createBoxFilter(box);
      for (let frame = 1; frame <= 3 * fps; frame++) {
        predictBox(filter, 1 / fps, true);
        correctBox(filter, 100 + (80 * frame) / fps, 200 - (30 * frame) / fps, 40, 100);
      }
      expect(rateOf(filter, CENTER_X)).toBeGreaterThan(76);
      expect(rateOf(filter, CENTER_X)).toBeLessThan(84);
      expect(rateOf(filter, CENTER_Y)).toBeGreaterThan(-32);
      expect(rateOf(filter, CENTER_Y)).toBeLessThan(-28);
    }
  });

  it.each([true, false])('predicts the same place in one step as in many, in sight: %s', (isInSight) => {
    const one = createBoxFilter(box);
    correctBox(one, 130, 200, 40, 100);
    predictBox(one, 0.1, true);
    correctBox(one, 150, 200, 40, 100);
    const many = one.slice();
    predictBox(one, 1, isInSight);
    for (let step = 0; step < 50; step++) predictBox(many, 0.02, isInSight);
    expect(many[CENTER_X]).toBeCloseTo(one[CENTER_X]!, 6);
    expect(rateOf(many, CENTER_X)).toBeCloseTo(rateOf(one, CENTER_X), 6);
  });

  it('grows unsure with time and surer with a measurement', () => {
    const filter = createBoxFilter(box);
    const atFirst = centerVariance(filter);
    predictBox(filter, 0.5, true);
    const afterGap = centerVariance(filter);
    correctBox(filter, 100, 200, 40, 100);
    expect(afterGap).toBeGreaterThan(atFirst);
    expect(centerVariance(filter)).toBeLessThan(afterGap);
  });

  it('comes to rest when nothing is measured, and keeps a size of a pixel at least', () => {
    const filter = createBoxFilter({ ...box, width: 3, height: 3 });
    for (let frame = 1; frame <= 10; frame++) {
      predictBox(filter, 0.1, true);
      correctBox(filter, 100 + 10 * frame, 200, Math.max(1, 3 - frame), 1);
    }
    predictBox(filter, 3600, false);
    expect(Math.abs(rateOf(filter, CENTER_X))).toBeLessThan(1e-6);
    expect(filter[WIDTH]).toBeGreaterThanOrEqual(1);
    expect(filter.every(Number.isFinite)).toBe(true);
  });

  it('is left as it was by a step of no time', () => {
    const filter = createBoxFilter(box);
    const before = filter.slice();
    predictBox(filter, 0, true);
    expect(filter).toEqual(before);
  });
});
