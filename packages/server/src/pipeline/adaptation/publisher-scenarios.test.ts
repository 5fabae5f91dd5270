import { describe, expect, it } from 'vitest';
import { countTurns, judgePublisher, PUBLISHER_BARS, publisherScenarios } from './testing/publisher-scenarios.js';
import { simulatePublisher } from './testing/publisher-simulation.js';

const seeds = [1, 2, 3, 4, 5];

describe('the publisher controller in a simulated world', () => {
  describe.each(publisherScenarios)('$name', (scenario) => {
    it.each(seeds)('with seed %i', (seed) => {
      const bars = PUBLISHER_BARS[scenario.scarce];
      const verdict = judgePublisher(scenario, seed);
      expect(verdict.settledS).toBeLessThanOrEqual(bars.settledS);
      if (!scenario.restless) expect(verdict.reversals).toBeLessThanOrEqual(bars.reversals);
      expect(verdict.use).toBeGreaterThanOrEqual(bars.use);
      if (scenario.until !== undefined) expect(verdict.recoveredS).toBeLessThanOrEqual(bars.recoveredS);
      expect(verdict.ageMs).toBeLessThan(bars.ageMs);
    });
  });
});

it('asks for everything again 90 s after the way has only become longer', () => {
  const shortWay = { bytesPerS: 3e6, delayMs: 20, jitterMs: 10, loss: 0.002 };
  const weather = (nowMs: number) => (nowMs < 10_000 ? shortWay : { ...shortWay, delayMs: 320 });
  const { seconds } = simulatePublisher({
    seconds: 110,
    seed: 1,
    weather,
    capacityFps: () => 100,
    analysesFps: () => 30,
  });
  expect(seconds.slice(10, 40).some(({ control }) => control.reason === 'link')).toBe(true);
  expect(seconds.slice(100).every(({ control }) => control.reason === 'demand')).toBe(true);
});

describe('countTurns', () => {
  it('counts turns, not steps, and nothing small', () => {
    expect(countTurns([1, 2, 3, 4])).toBe(0);
    expect(countTurns([4, 3, 3, 2, 2, 3, 4])).toBe(1);
    expect(countTurns([10, 5, 10, 5, 10])).toBe(3);
    expect(countTurns([100, 103, 100, 97, 100])).toBe(0);
  });
});
