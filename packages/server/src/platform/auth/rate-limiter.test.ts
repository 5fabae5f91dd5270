import { describe, expect, it } from 'vitest';
import { RateLimiter } from './rate-limiter.js';

function limiter(options: { burst: number; perSecond: number; maxPeers?: number }) {
  const clock = { ms: 0 };
  return { clock, limiter: new RateLimiter({ ...options, now: () => clock.ms }) };
}

describe('RateLimiter', () => {
  it('gives a burst, then its rate, to each peer apart', () => {
    const { clock, limiter: requests } = limiter({ burst: 3, perSecond: 2 });
    expect(Array.from({ length: 5 }, () => requests.take('a'))).toEqual([0, 0, 0, 1, 1]);
    expect(requests.take('b')).toBe(0);
    clock.ms = 500;
    expect([requests.take('a'), requests.take('a')]).toEqual([0, 1]);
    clock.ms = 60_000;
    expect(Array.from({ length: 4 }, () => requests.take('a'))).toEqual([0, 0, 0, 1]);
  });

  it('says how long to wait, and what is refused makes it no longer', () => {
    const { clock, limiter: attempts } = limiter({ burst: 1, perSecond: 0.1 });
    expect(attempts.waitS('a')).toBe(0);
    expect(attempts.take('a')).toBe(0);
    for (let n = 0; n < 100; n++) expect(attempts.take('a')).toBe(10);
    clock.ms = 4500;
    expect(attempts.waitS('a')).toBe(6);
    clock.ms = 10_000;
    expect(attempts.waitS('a')).toBe(0);
  });

  it('remembers so many peers, and forgets first who took something longest ago', () => {
    const { limiter: requests } = limiter({ burst: 2, perSecond: 1, maxPeers: 2 });
    for (const peer of ['a', 'b', 'a', 'c']) requests.take(peer);
    expect([requests.waitS('a'), requests.take('c'), requests.take('b'), requests.take('b')]).toEqual([1, 0, 0, 0]);
  });
});
