import type { Box } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { RecentLooks } from './recent-looks.js';

const at = (x: number): Box => [x, 100, x + 50, 150];

/** One look for each position. */
function lookAt(positions: readonly number[], scoreOf: (index: number) => number = () => 0.5): RecentLooks {
  const looks = new RecentLooks();
  for (const [index, x] of positions.entries()) looks.add(scoreOf(index), at(x), 200 * index);
  return looks;
}

describe('recent looks', () => {
  it('are sure of a motion once several agree on where it was and where it is', () => {
    expect(lookAt([0, 0, 0, 0, 40, 40]).surelyShifted).toBe(0);
    expect(lookAt([0, 0, 0, 0, 40, 40, 40]).surelyShifted).toBeCloseTo(0.8);
    expect(lookAt([0, 10, 20, 30, 40, 50, 60, 70, 80]).surelyShifted).toBeCloseTo(0.8);
  });

  it('are not sure of it where a passer-by was mistaken for the object for a moment', () => {
    const looks = lookAt([0, 0, 0, 40, 40, 0, 0, 0, 0]);
    expect(looks.surelyShifted).toBe(0);
    expect(looks.shifted).toBeCloseTo(0.8);
  });

  it('forget where the object was more than a few seconds ago', () => {
    expect(lookAt([...Array<number>(5).fill(0), ...Array<number>(20).fill(40)]).surelyShifted).toBe(0);
  });

  it('count the middle half of the scores', () => {
    const still = Array<number>(12).fill(0);
    expect(lookAt(still, (index) => (index < 3 ? 0.95 : 0.4)).score).toBeCloseTo(0.4);
    expect(lookAt(still, (index) => (index < 3 ? 0.05 : 0.4)).score).toBeCloseTo(0.4);
    expect(lookAt(still, (index) => (index < 6 ? 0.8 : 0.4)).scoreSince(1200)).toBeCloseTo(0.4);
    expect(new RecentLooks().score).toBe(0);
  });

  it('take many frames of one moment for one', () => {
    const looks = new RecentLooks();
    for (let ms = 0; ms < 600; ms += 20) looks.add(ms < 200 ? 0.9 : 0.5, at(0), ms);
    expect(looks.count).toBe(3);
    expect(looks.score).toBeCloseTo((0.9 + 0.5 + 0.5) / 3);
  });
});
