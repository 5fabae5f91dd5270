import { expect, it } from 'vitest';
import { SteadyClock } from './steady-clock.js';

it('shows the frames’ own time until that goes back, and goes on from there', () => {
  const clock = new SteadyClock();
  expect([1000, 1040, 1040].map((ms) => clock.at(ms))).toEqual([1000, 1040, 1040]);
  expect(clock.frameTime(1000)).toBe(1000);
  expect([40, 80].map((ms) => clock.at(ms))).toEqual([1040, 1080]);
  expect(clock.frameTime(1080)).toBe(80);
});

it('stands still for a time that is none', () => {
  const clock = new SteadyClock();
  expect([500, Number.NaN, Number.POSITIVE_INFINITY, 600].map((ms) => clock.at(ms))).toEqual([500, 500, 500, 600]);
});
