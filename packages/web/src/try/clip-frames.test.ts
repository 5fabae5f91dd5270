import { expect, it } from 'vitest';
import { frameTimes } from './clip-frames.js';

it.each<[string, number, number, number[]]>([
  ['two a second', 2, 12, [0.25, 0.75, 1.25, 1.75]],
  ['of a longer one fewer, from all of it', 60, 4, [7.5, 22.5, 37.5, 52.5]],
  ['one of a clip that is only a moment', 0.1, 12, [0.05]],
  ['none where there is no room', 2, 0, []],
])('frames of a clip: %s', (_name, durationS, most, times) => {
  expect(frameTimes(durationS, most)).toEqual(times);
});

it('never takes more than there is room for, and all from within the clip', () => {
  for (const durationS of [0.01, 0.5, 5.9, 6, 6.1, 3600])
    for (const most of [1, 5, 12]) {
      const times = frameTimes(durationS, most);
      expect(times.length).toBeLessThanOrEqual(most);
      expect(times.every((time) => time > 0 && time < durationS)).toBe(true);
    }
});
