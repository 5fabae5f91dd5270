import { describe, expect, it } from 'vitest';
import {
  crossingEdges,
  depthInside,
  distanceRightOf,
  isInside,
  polygonArea,
  positionAlong,
  segmentsMeet,
} from './region-geometry.js';

const square = [
  [0, 0],
  [4, 0],
  [4, 4],
  [0, 4],
] as const;
/** A square with a notch from the right up to x = 1. */
const notched = [
  [0, 0],
  [4, 0],
  [1, 2],
  [4, 4],
  [0, 4],
] as const;

describe('isInside', () => {
  it('tells the inside from the outside, in notches too, for either way round', () => {
    expect(isInside(2, 1, square)).toBe(true);
    expect(isInside(5, 1, square)).toBe(false);
    expect(isInside(2, -1, square)).toBe(false);
    expect(isInside(3, 2, notched)).toBe(false);
    expect(isInside(0.5, 2, notched)).toBe(true);
    expect(isInside(0.5, 2, [...notched].reverse())).toBe(true);
  });

  it('puts a point on the edge between two areas into exactly one of them', () => {
    const right = square.map(([x, y]) => [x + 4, y] as const);
    for (const y of [0.5, 2, 3.9]) expect([square, right].filter((area) => isInside(4, y, area))).toHaveLength(1);
  });
});

describe('depthInside', () => {
  it('is the distance to the outline, negative outside', () => {
    expect(depthInside(1, 2, square)).toBe(1);
    expect(depthInside(-3, 2, square)).toBe(-3);
    expect(depthInside(7, 8, square)).toBe(-5);
    expect(depthInside(4, 2, notched)).toBeCloseTo(-(6 / Math.sqrt(13)), 9);
  });
});

describe('distanceRightOf', () => {
  it('is positive to the right of somebody who looks along the line', () => {
    expect(distanceRightOf(3, 0, [0, 4], [0, 0])).toBe(3);
    expect(distanceRightOf(-2, 0, [0, 4], [0, 0])).toBe(-2);
    expect(distanceRightOf(9, 1, [0, 0], [4, 0])).toBe(1);
    expect(distanceRightOf(9, 1, [4, 0], [0, 0])).toBe(-1);
  });
});

describe('positionAlong', () => {
  it('is 0 at the first end and 1 at the other', () => {
    expect(positionAlong(1, 9, [0, 0], [4, 0])).toBe(0.25);
    expect(positionAlong(8, 9, [0, 0], [4, 0])).toBe(2);
  });
});

describe('polygonArea', () => {
  it('does not depend on the way round', () => {
    expect(polygonArea(square)).toBe(16);
    expect(polygonArea([...notched].reverse())).toBe(10);
  });
});

describe('segmentsMeet', () => {
  it('finds crossings and touching ends, not mere closeness', () => {
    expect(segmentsMeet([0, 0], [2, 2], [0, 2], [2, 0])).toBe(true);
    expect(segmentsMeet([0, 0], [2, 0], [1, 0], [1, 1])).toBe(true);
    expect(segmentsMeet([0, 0], [2, 0], [1, 0.01], [1, 1])).toBe(false);
    expect(segmentsMeet([0, 0], [1, 0], [2, 0], [3, 0])).toBe(false);
    expect(segmentsMeet([0, 0], [2, 0], [1, 0], [3, 0])).toBe(true);
  });
});

describe('crossingEdges', () => {
  it('names the edges that cross, and none of a simple polygon', () => {
    expect(crossingEdges(square)).toBeUndefined();
    expect(crossingEdges(notched)).toBeUndefined();
    expect(
      crossingEdges([
        [0, 0],
        [1, 1],
        [1, 0],
        [0, 1],
      ]),
    ).toEqual([0, 2]);
  });
});
