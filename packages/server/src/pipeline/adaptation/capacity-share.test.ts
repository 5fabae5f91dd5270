import { describe, expect, it } from 'vitest';
import { availableTo, shareCapacity } from './capacity-share.js';

describe('shareCapacity', () => {
  it('gives everybody what they want where there is enough', () => {
    expect(shareCapacity(100, [30, 10, 40])).toEqual([30, 10, 40]);
  });

  it('shares evenly what the modest leave', () => {
    expect(shareCapacity(60, [30, 10, 40])).toEqual([25, 10, 25]);
    expect(shareCapacity(80, new Array(8).fill(30))).toEqual(new Array(8).fill(10));
  });

  it('knows nothing but capacity: none for nobody, none of nothing', () => {
    expect(shareCapacity(60, [])).toEqual([]);
    expect(shareCapacity(0, [30, 30])).toEqual([0, 0]);
  });
});

describe('availableTo', () => {
  it('adds what all leave over', () => {
    expect(availableTo(0, 100, [10, 30])).toBe(70);
  });

  it('is the fair share where there is not enough', () => {
    expect(availableTo(1, 40, [30, 30])).toBe(20);
  });

  it('is without bound while the capacity is not known', () => {
    expect(availableTo(0, Number.POSITIVE_INFINITY, [30, 30])).toBe(Number.POSITIVE_INFINITY);
  });
});
