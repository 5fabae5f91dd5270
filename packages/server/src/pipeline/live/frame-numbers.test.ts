import { describe, expect, it } from 'vitest';
import { FrameNumbers } from './frame-numbers.js';

const numbered = (first: number, published: number[]) => {
  const numbers = new FrameNumbers(first);
  return published.map((number) => numbers.next(number));
};

describe('FrameNumbers', () => {
  it('keeps the publisher’s numbers and their gaps', () => {
    expect(numbered(0, [0, 1, 5, 6])).toEqual([0, 1, 5, 6]);
    expect(numbered(0, [123, 124])).toEqual([123, 124]);
  });

  it('goes on where it was when the publisher counts anew, gaps included', () => {
    expect(numbered(0, [100, 101, 0, 1, 4])).toEqual([100, 101, 102, 103, 106]);
  });

  it('goes on over a number that comes again', () => {
    expect(numbered(0, [7, 7, 7, 8])).toEqual([7, 8, 9, 10]);
  });

  it('begins above what the camera had before', () => {
    expect(numbered(500, [0, 1])).toEqual([500, 501]);
    expect(numbered(500, [600, 601])).toEqual([600, 601]);
  });

  it('begins with whatever the publisher counts by', () => {
    expect(numbered(0, [1_700_000_000_000, 1_700_000_000_033])).toEqual([1_700_000_000_000, 1_700_000_000_033]);
  });

  it('stays a safe integer whatever comes', () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(numbered(0, [0, most, 0, most, most, 3])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(numbered(0, [most, most, 5])).toEqual([0, 1, 2]);
  });
});
