import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff.js';
import { seededRandom } from './testing/synthetic-jpeg.js';

const most = () => 1 - Number.EPSILON;

describe('Backoff', () => {
  it('doubles its bound with each failure up to 15 s', () => {
    const backoff = new Backoff({ random: most });
    const delays = Array.from({ length: 9 }, () => Math.round(backoff.failed('transient', 0)));
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  it('spreads the waits over the whole bound', () => {
    const random = seededRandom(7);
    const backoffs = Array.from({ length: 500 }, () => new Backoff({ random: () => random(1_000_000) / 1_000_000 }));
    const delays = backoffs.map((backoff) => {
      for (let n = 0; n < 7; n++) backoff.failed('transient', 0);
      return backoff.failed('transient', 0);
    });
    for (let from = 0; from < 15_000; from += 3000)
      expect(delays.filter((delay) => delay >= from && delay < from + 3000).length).toBeGreaterThan(50);
  });

  it('never hammers', () => expect(new Backoff({ random: () => 0 }).failed('transient', 0)).toBe(50));

  it('begins anew after a stream that ran, not after one that broke at once', () => {
    const backoff = new Backoff({ random: most });
    for (let n = 0; n < 10; n++) backoff.failed('transient', 0);
    expect(Math.round(backoff.failed('transient', 4999))).toBe(15_000);
    expect(Math.round(backoff.failed('transient', 5000))).toBe(250);
  });

  it('waits at least 30 s, and ever longer, where trying again cannot help', () => {
    expect([0, 1, 2, 3, 4, 5].map(withRandom(() => 0))).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);
    expect([0, 1, 2, 3, 4, 5].map(withRandom(most))).toEqual([60_000, 120_000, 240_000, 300_000, 300_000, 300_000]);
  });
});

function withRandom(random: () => number): () => number {
  const backoff = new Backoff({ random });
  return () => Math.round(backoff.failed('persistent', 0));
}
