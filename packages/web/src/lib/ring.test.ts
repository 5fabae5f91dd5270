import { describe, expect, it } from 'vitest';
import { NumberRing } from './ring.js';

describe('NumberRing', () => {
  it('keeps the last values, oldest first', () => {
    const ring = new NumberRing(3);
    expect(ring.toArray()).toEqual([]);
    for (const value of [1, 2]) ring.push(value);
    expect(ring.toArray()).toEqual([1, 2]);
    for (const value of [3, 4, 5, 6, 7]) ring.push(value);
    expect(ring.toArray()).toEqual([5, 6, 7]);
    expect(ring.length).toBe(3);
    ring.clear();
    expect(ring.toArray()).toEqual([]);
  });

  it('refuses no room at all', () => {
    expect(() => new NumberRing(0)).toThrow(RangeError);
  });
});
