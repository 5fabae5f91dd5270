import { beforeEach, expect, it } from 'vitest';
import { SequenceCounter } from './sequence-counter.js';

let counter: SequenceCounter;
beforeEach(() => {
  counter = new SequenceCounter();
});
const arrive = (...numbers: number[]) => {
  for (const number of numbers) counter.arrived(number);
  return counter.lost;
};

it('counts what is missing, also over the end of the numbers', () => {
  expect(arrive(65_533, 65_534)).toBe(0);
  expect(arrive(1)).toBe(2);
  expect(arrive(2, 5)).toBe(4);
});

it('takes back what comes late', () => {
  expect(arrive(10, 12, 13)).toBe(1);
  expect(arrive(11)).toBe(0);
});

it('counts anew after a reset, whatever comes late from before', () => {
  expect(arrive(10, 13)).toBe(2);
  counter.reset();
  expect(counter.lost).toBe(0);
  expect(arrive(11, 12)).toBe(0);
  expect(arrive(14, 16)).toBe(1);
});

it('is never below zero', () => {
  expect(arrive(10, 11, 11, 11)).toBe(0);
  counter.reset();
  counter.reset();
  expect(counter.lost).toBe(0);
});
