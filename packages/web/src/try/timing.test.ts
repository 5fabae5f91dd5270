import { expect, it } from 'vitest';
import { timingOf } from './timing.js';

it('divides a call into the way, the wait and the model', () => {
  expect(timingOf(58, 20, 12)).toEqual({ uploadMs: 38, waitMs: 8, inferenceMs: 12, totalMs: 58 });
});

it('has no part below zero, whatever the clocks say', () => {
  expect(timingOf(10, 12, 13)).toEqual({ uploadMs: 0, waitMs: 0, inferenceMs: 13, totalMs: 10 });
});
