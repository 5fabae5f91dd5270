import { describe, expect, it } from 'vitest';
import { inferenceScenarios, judgeInference } from './testing/inference-scenarios.js';

describe('the inference controller in a simulated world', () => {
  describe.each(inferenceScenarios)('$name', (scenario) => {
    it.each([1, 2, 3, 4, 5])('with seed %i', (seed) => {
      const verdict = judgeInference(scenario, seed);
      if (!scenario.restless) {
        expect(verdict.settledS).toBeLessThanOrEqual(5);
        expect(verdict.reversals).toBeLessThanOrEqual(2);
      }
      expect(verdict.use).toBeGreaterThanOrEqual(0.8);
      expect(verdict.sizeUse).toBeGreaterThanOrEqual(0.8);
      if (scenario.until !== undefined) expect(verdict.recoveredS).toBeLessThanOrEqual(10);
    });
  });
});
