import type { Detection } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { formatPosition, SeenTally } from './seen-tally.js';

const one = (class_name: string, track_id?: number): Detection => ({
  bbox: [0, 0, 1, 1],
  confidence: 0.9,
  class_id: 0,
  class_name,
  ...(track_id !== undefined && { track_id }),
});

describe('SeenTally', () => {
  it('counts tracks, not frames, and remembers when a class was first and last there', () => {
    const tally = new SeenTally();
    tally.add(0, []);
    tally.add(100, [one('person', 1)]);
    tally.add(200, [one('person', 1), one('person', 2), one('dog')]);
    tally.add(300, [one('person', 2)]);
    tally.add(400, []);
    expect(tally.frames).toBe(5);
    expect(tally.classes()).toEqual([
      { name: 'person', tracks: 2, mostAtOnce: 2, frames: 3, firstMs: 100, lastMs: 300 },
      { name: 'dog', tracks: 0, mostAtOnce: 1, frames: 1, firstMs: 200, lastMs: 200 },
    ]);
  });

  it('counts an object whose class changes once, for the class it ends with', () => {
    const tally = new SeenTally();
    tally.add(0, [one('car', 7)]);
    tally.add(40, [one('truck', 7)]);
    tally.add(80, [one('truck', 7)]);
    expect(tally.classes().map(({ name, tracks }) => [name, tracks])).toEqual([
      ['truck', 1],
      ['car', 0],
    ]);
  });

  it('goes on counting right through a long video', () => {
    const tally = new SeenTally();
    // A new object each second for ten hours, and one that stays all the time.
    for (let second = 0; second < 36_000; second++) tally.add(second * 1000, [one('car', second + 1), one('car', 0)]);
    expect(tally.classes()[0]).toMatchObject({ tracks: 36_001, mostAtOnce: 2, lastMs: 35_999_000 });
  });
});

it.each([
  [0, '0:00.0'],
  [7_449, '0:07.4'],
  [59_960, '1:00.0'],
  [79_400, '1:19.4'],
  [3_723_000, '1:02:03.0'],
])('formatPosition(%d) is %s', (timeMs, text) => expect(formatPosition(timeMs)).toBe(text));
