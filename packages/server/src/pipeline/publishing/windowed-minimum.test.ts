import { expect, it } from 'vitest';
import { WindowedMinimum } from './windowed-minimum.js';

it('is the least of the last one to two windows', () => {
  const minimum = new WindowedMinimum(1000);
  expect(minimum.get(0)).toBe(Number.POSITIVE_INFINITY);
  minimum.add(5, 0);
  minimum.add(9, 900);
  expect(minimum.get(999)).toBe(5);
  minimum.add(7, 1000);
  expect(minimum.get(1900)).toBe(5);
  expect(minimum.get(2000)).toBe(7);
  expect(minimum.get(3000)).toBe(Number.POSITIVE_INFINITY);
});

it('forgets everything over a pause', () => {
  const minimum = new WindowedMinimum(1000);
  minimum.add(5, 0);
  minimum.add(8, 2500);
  expect(minimum.get(2500)).toBe(8);
  minimum.reset();
  expect(minimum.get(2500)).toBe(Number.POSITIVE_INFINITY);
});
