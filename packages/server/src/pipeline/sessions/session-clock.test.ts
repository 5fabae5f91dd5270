import { describe, expect, it } from 'vitest';
import { SessionClock } from './session-clock.js';

/** Times relative to the first frame's, `late` where it is. @param frames stamp (seconds) and arrival (ms) */
function run(frames: Array<[stampS: number | undefined, arrivalMs: number]>): Array<number | 'late'> {
  const clock = new SessionClock();
  const times = frames.map(([stampS, arrivalMs]) => clock.next(stampS, arrivalMs));
  return times.map(({ timeMs, isLate }) => (isLate ? 'late' : Math.round(timeMs - times[0]!.timeMs)));
}

describe('SessionClock', () => {
  it.each<[string, Array<[number | undefined, number]>, Array<number | 'late'>]>([
    [
      'goes by stamps, not by arrivals',
      [
        [1000, 5],
        [1000.1, 7],
        [1000.2, 400],
      ],
      [0, 100, 200],
    ],
    [
      'goes by arrivals where there are no stamps',
      [
        [undefined, 50],
        [undefined, 90],
        [undefined, 150],
      ],
      [0, 40, 100],
    ],
    [
      'takes a recording that begins at 0, sent faster than it was taken',
      [
        [0, 1],
        [0.04, 2],
        [0.08, 3],
      ],
      [0, 40, 80],
    ],
    [
      'tells frames of the same whole second apart by their arrival',
      [
        [7, 0],
        [7, 300],
        [7, 600],
        [8, 1000],
        [8, 1300],
      ],
      [0, 300, 600, 1000, 1300],
    ],
    [
      'goes on by arrivals when stamps end, and by stamps when they come back',
      [
        [5, 0],
        [undefined, 40],
        [5.08, 80],
        [5.12, 120],
      ],
      [0, 40, 80, 120],
    ],
    [
      'takes stamps that are no times for none',
      [
        [1e300, 0],
        [-1, 40],
        [Number.NaN, 80],
        [Number.POSITIVE_INFINITY, 90],
      ],
      [0, 40, 80, 90],
    ],
    [
      'knows late frames',
      [
        [10, 0],
        [10.2, 10],
        [10.1, 20],
        [10.3, 30],
      ],
      [0, 200, 'late', 300],
    ],
    [
      'begins anew after a long step back',
      [
        [100, 0],
        [100.1, 100],
        [0, 200],
        [0.1, 300],
      ],
      [0, 100, 60_100, 60_200],
    ],
    [
      'bounds a step ahead to a gap',
      [
        [1, 0],
        [1_000_000, 100],
        [1_000_000.1, 200],
      ],
      [0, 60_000, 60_100],
    ],
    [
      'stands still while the machine’s clock is set back',
      [
        [undefined, 100],
        [undefined, 50],
        [undefined, 90],
      ],
      [0, 0, 40],
    ],
  ])('%s', (_what, frames, expected) => {
    expect(run(frames)).toEqual(expected);
  });

  it('never goes back', () => {
    const clock = new SessionClock();
    let last = Number.NEGATIVE_INFINITY;
    // Any mixture, by a fixed rule.
    for (let i = 0; i < 2000; i++) {
      const kinds = [undefined, i / 30, (i * 7919) % 40, 1e12 + i, -i, 3];
      const { timeMs } = clock.next(kinds[(i * 31) % kinds.length], (i * 33) % 5000);
      expect(timeMs).toBeGreaterThanOrEqual(last);
      last = timeMs;
    }
  });
});
