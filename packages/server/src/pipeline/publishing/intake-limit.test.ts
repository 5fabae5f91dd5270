import { expect, it } from 'vitest';
import { IntakeLimit } from './intake-limit.js';

/** Of frames `everyMs` apart, how many a second pass. */
function passing(everyMs: number, seconds: number): number {
  const limit = new IntakeLimit(60, 15);
  let passed = 0;
  for (let ms = 0; ms < seconds * 1000; ms += everyMs) if (limit.take(5000 + ms)) passed++;
  return passed / seconds;
}

it('lets a camera of up to 60 frames a second through', () => {
  expect(passing(1000 / 30, 10)).toBeCloseTo(30, 0);
  expect(passing(1000 / 60, 10)).toBeGreaterThanOrEqual(60);
});

it('holds a flood to 60 a second', () => {
  expect(passing(1, 10)).toBeCloseTo(60 + 1.5, 0);
});

it('lets through at once what a network held back', () => {
  const limit = new IntakeLimit(60, 15);
  const passed = Array.from({ length: 20 }, () => limit.take(1000)).filter(Boolean);
  expect(passed).toHaveLength(15);
  expect(limit.take(1020)).toBe(true);
  expect(limit.take(1020)).toBe(false);
});
