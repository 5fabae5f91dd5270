import { expect, it } from 'vitest';
import { isStale } from './stale.js';

it.each([
  [15, 300, false],
  [15, 450, true],
  [2, 1400, false],
  [2, 1600, true],
])('at %d pictures a second, one of %d ms ago is stale: %s', (fps, sinceMs, stale) => {
  expect(isStale(sinceMs, fps)).toBe(stale);
});
