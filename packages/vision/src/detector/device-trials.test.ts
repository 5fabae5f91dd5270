import type { Detection } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { sameDetections } from './device-trials.js';

const box = (x: number, confidence: number, class_id = 0): Detection => ({
  bbox: [x, 0, x + 100, 100],
  confidence,
  class_id,
  class_name: '',
});
const seen = [box(0, 0.9), box(200, 0.5), box(400, 0.03)];

it.each([
  { name: 'the same', found: seen, same: true },
  { name: 'rounded otherwise', found: [box(2, 0.88), box(203, 0.53)], same: true },
  { name: 'in another order', found: [box(0, 0.9), box(400, 0.03), box(200, 0.5)], same: true },
  { name: 'nothing', found: [], same: false },
  { name: 'another class', found: [box(0, 0.9, 1), box(200, 0.5)], same: false },
  { name: 'elsewhere', found: [box(30, 0.9), box(200, 0.5)], same: false },
  { name: 'surer by far', found: [box(0, 0.9), box(200, 0.7)], same: false },
  { name: 'something surer beside it', found: [box(600, 1), ...seen], same: false },
])('$name: $same', ({ found, same }) => {
  expect(sameDetections(seen, found)).toBe(same);
});

it('nothing and next to nothing are the same', () => {
  expect(sameDetections([], [box(0, 0.02)])).toBe(true);
});
