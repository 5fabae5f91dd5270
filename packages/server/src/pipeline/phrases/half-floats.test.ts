import { expect, it } from 'vitest';
import { fromHalf, toHalf } from './half-floats.js';

it('rounds to eleven bits, and preserves exact halves', () => {
  const exact = [0, 1, -1, 0.5, -0.25, 0.75, 2 ** -14];
  expect([...fromHalf(toHalf(new Float32Array(exact)))]).toEqual(exact);
  const values = Float32Array.from({ length: 2001 }, (_, i) => (i - 1000) / 1000);
  const rounded = fromHalf(toHalf(values));
  for (const [i, value] of values.entries())
    expect(Math.abs(rounded[i]! - value)).toBeLessThanOrEqual(Math.abs(value) / 2048 + 2 ** -14);
});

it('rounds values too small for a half to 0', () => {
  expect(fromHalf(toHalf(new Float32Array([1e-9])))[0]).toBe(0);
});
