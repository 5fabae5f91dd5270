import { expect, it } from 'vitest';
import { negationIn } from './negation.js';

it.each([
  ['a person without a helmet', 'without'],
  ['a gate that is not closed', 'not'],
  ["a light that isn't on", "isn't"],
  ['a shelf with no goods', 'no'],
  ['a red forklift', undefined],
  ['a notebook', undefined],
  ['knots in a rope', undefined],
])('negation in “%s”: %s', (phrase, word) => {
  expect(negationIn(phrase)).toBe(word);
});
