import { describe, expect, it } from 'vitest';
import { judgeViewer, viewerScenarios } from './testing/viewer-scenarios.js';

describe('the viewer controller in a simulated world', () => {
  describe.each(viewerScenarios)('$name', (scenario) => {
    it.each([1, 2, 3, 4, 5])('with seed %i', (seed) => {
      const verdict = judgeViewer(scenario, seed);
      if (!scenario.restless) {
        expect(verdict.settledS).toBeLessThanOrEqual(5);
        expect(verdict.reversals).toBeLessThanOrEqual(2);
      }
      expect(verdict.use).toBeGreaterThanOrEqual(0.8);
      if (scenario.until !== undefined) expect(verdict.recoveredS).toBeLessThanOrEqual(10);
    });
  });
});
