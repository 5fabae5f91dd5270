import { describe, expect, it } from 'vitest';
import { countTurns, judgePublisher, publisherScenarios } from './testing/publisher-scenarios.js';

const seeds = [1, 2, 3, 4, 5];

describe('the publisher controller in a simulated world', () => {
  describe.each(publisherScenarios)('$name', (scenario) => {
    it.each(seeds)('with seed %i', (seed) => {
      const verdict = judgePublisher(scenario, seed);
      expect(verdict.settledS).toBeLessThanOrEqual(5);
      if (!scenario.restless) expect(verdict.reversals).toBeLessThanOrEqual(2);
      expect(verdict.use).toBeGreaterThanOrEqual(0.8);
      if (scenario.until !== undefined) expect(verdict.recoveredS).toBeLessThanOrEqual(10);
      expect(verdict.ageMs).toBeLessThan(1000);
    });
  });
});

describe('countTurns', () => {
  it('counts turns, not steps, and nothing small', () => {
    expect(countTurns([1, 2, 3, 4])).toBe(0);
    expect(countTurns([4, 3, 3, 2, 2, 3, 4])).toBe(1);
    expect(countTurns([10, 5, 10, 5, 10])).toBe(3);
    expect(countTurns([100, 103, 100, 97, 100])).toBe(0);
  });
});
