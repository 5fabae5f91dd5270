import { describe, expect, it } from 'vitest';
import { movedBox } from './motion.js';

describe('movedBox', () => {
  it('moves both corners by velocity times time', () => {
    expect(movedBox([10, 10, 30, 50], [100, -20], 200, 640, 480)).toEqual([30, 6, 50, 46]);
  });

  it('leaves the box where it was for a gap of 0, a negative one and one that is not a number', () => {
    for (const deltaMs of [0, -40, Number.NaN]) {
      expect(movedBox([10, 10, 30, 50], [100, 100], deltaMs, 640, 480)).toEqual([10, 10, 30, 50]);
    }
  });

  it('moves no further than half a second goes', () => {
    expect(movedBox([10, 10, 30, 50], [100, 0], 10_000, 640, 480)).toEqual([60, 10, 80, 50]);
  });

  it('cuts the box off at the edges of the picture', () => {
    expect(movedBox([600, 400, 630, 470], [100, 100], 500, 640, 480)).toEqual([640, 450, 640, 480]);
    expect(movedBox([5, 5, 25, 25], [-40, -20], 500, 640, 480)).toEqual([0, 0, 5, 15]);
  });

  it('does not change its arguments', () => {
    const bbox: [number, number, number, number] = [10, 10, 30, 50];
    movedBox(bbox, [100, 0], 100, 640, 480);
    expect(bbox).toEqual([10, 10, 30, 50]);
  });
});
