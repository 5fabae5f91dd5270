import { expect, it } from 'vitest';
import { floatToHalf, halfToFloat } from './half.js';

it('gives every half float back', () => {
  for (let half = 0; half < 0x10000; half++) {
    const value = halfToFloat(half);
    // There are many NaN.
    if (Number.isNaN(value)) expect(floatToHalf(value)).toBe(0x7e00);
    else if (floatToHalf(value) !== half) throw new Error(`${half} is ${value}, which becomes ${floatToHalf(value)}`);
  }
});

it.each([
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [1 + 2 ** -11 + 2 ** -20, 0x3c01],
  [2 - 2 ** -12, 0x4000],
  [2 ** -25, 0],
  [2 ** -25 * 1.01, 1],
  [2 ** -14 - 2 ** -26, 0x0400],
  [65_519, 0x7bff],
  [65_520, 0x7c00],
  [-1e9, 0xfc00],
])('rounds %d to the nearest, ties to even', (value, half) => {
  expect(floatToHalf(value)).toBe(half);
});
