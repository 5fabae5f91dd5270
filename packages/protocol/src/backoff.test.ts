import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff.js';

describe('Backoff', () => {
  it('doubles up to its ceiling', () => {
    const backoff = new Backoff({ baseMs: 100, maxMs: 700, random: () => 0.999999 });
    expect([1, 2, 3, 4, 5].map(() => Math.round(backoff.next()))).toEqual([100, 200, 400, 700, 700]);
    expect(backoff.attempt).toBe(5);
  });

  it('spreads over the upper half', () => {
    expect(new Backoff({ baseMs: 100, random: () => 0 }).next()).toBe(50);
    expect(new Backoff({ baseMs: 100, random: () => 0.5 }).next()).toBe(75);
  });

  it('starts again after a success, and stays finite for ever', () => {
    const backoff = new Backoff({ baseMs: 100, maxMs: 1000, random: () => 0 });
    for (let i = 0; i < 5000; i++) backoff.next();
    expect(backoff.next()).toBe(500);
    backoff.reset();
    expect(backoff.next()).toBe(50);
  });

  it('refuses nonsense', () => {
    expect(() => new Backoff({ baseMs: 0 })).toThrow(RangeError);
    expect(() => new Backoff({ baseMs: 100, maxMs: 10 })).toThrow(RangeError);
  });
});
