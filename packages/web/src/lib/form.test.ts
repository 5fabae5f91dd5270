import { expect, it } from 'vitest';
import { numberOf, numberText } from './form.js';

it.each([
  ['7.5', 7.5],
  ['7,5', 7.5],
  [' 30 ', 30],
  ['', Number.NaN],
  ['1,2,3', Number.NaN],
  ['x', Number.NaN],
])('reads %j as %d', (text, number) => {
  expect(numberOf(text)).toBe(number);
});

it('shows a number as it is typed', () => {
  expect([30, 7.5, 5.37].map(numberText)).toEqual(['30', '7.5', '5.37']);
});
