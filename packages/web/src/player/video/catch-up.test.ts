import { expect, it } from 'vitest';
import { paceOf } from './catch-up.js';

it.each([
  ['at the live edge', 0.05, 1, { rate: 1, seek: false }],
  ['a little behind', 0.2, 1, { rate: 1.1, seek: false }],
  ['nearly caught up', 0.1, 1.1, { rate: 1.1, seek: false }],
  ['caught up', 0.05, 1.1, { rate: 1, seek: false }],
  ['far behind', 0.6, 1.1, { rate: 1, seek: true }],
  ['a little ahead', -0.1, 1, { rate: 0.9, seek: false }],
  ['far ahead, after a gap in the stream', -0.6, 1, { rate: 1, seek: true }],
])('%s', (_, behindS, rate, pace) => {
  expect(paceOf(behindS, rate)).toEqual(pace);
});

it('never lets a delay build up, whatever it begins with', () => {
  for (const beginsWith of [0.2, 0.4, 3, 60, -0.3, -9]) {
    let behindS = beginsWith;
    let rate = 1;
    for (let frame = 0; frame < 30 * 10; frame++) {
      const pace = paceOf(behindS, rate);
      rate = pace.rate;
      behindS = pace.seek ? 0 : behindS + (1 - rate) / 30;
    }
    expect(Math.abs(behindS)).toBeLessThan(0.15);
  }
});
