import { expect, it } from 'vitest';
import { asked, NOTHING, withBox, withoutLast, withPoint } from './question.js';

const BOTH = { points: true, box: true };

it('keeps the newest 64 points', () => {
  const one = withPoint(NOTHING, 10.4, 20.6, true);
  expect(one.points).toEqual([[10, 21, 1]]);
  expect(withPoint(one, 5, 6, false).points).toEqual([[10, 21, 1], [5, 6, 0]]); // biome-ignore format: two points
  const many = Array.from({ length: 70 }, (_, i) => i).reduce((all, x) => withPoint(all, x, 0, true), NOTHING);
  expect(many.points).toHaveLength(64);
  expect(many.points[0]).toEqual([6, 0, 1]);
});

it('makes a box of a drag in any direction, unless it is very short', () => {
  expect(withBox([50, 40], [10, 90])).toEqual({ points: [], box: [10, 40, 50, 90] });
  expect(withBox([50, 40], [52, 90])).toBeUndefined();
});

it('removes the last point, then the box', () => {
  const box = withBox([0, 0], [9, 9])!;
  const clicked = withPoint(box, 1, 1, false);
  expect(withoutLast(clicked)).toEqual(box);
  expect(withoutLast(box)).toEqual(NOTHING);
});

it('asks only what the model accepts, and only with a box or a positive point', () => {
  expect(asked(NOTHING, BOTH)).toBeUndefined();
  expect(asked(withPoint(NOTHING, 1, 2, false), BOTH)).toBeUndefined();
  expect(asked(withPoint(NOTHING, 1, 2, true), BOTH)).toEqual({ points: [[1, 2, 1]] });
  const both = withPoint(withBox([0, 0], [9, 9])!, 1, 2, false);
  expect(asked(both, BOTH)).toEqual({ points: [[1, 2, 0]], box: [0, 0, 9, 9] });
  expect(asked(both, { points: false, box: true })).toEqual({ points: [], box: [0, 0, 9, 9] });
  expect(asked(withPoint(NOTHING, 1, 2, true), { points: false, box: true })).toBeUndefined();
});
