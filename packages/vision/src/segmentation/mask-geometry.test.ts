import { crossingEdges, decodeRle } from '@lookout/protocol/core';
import { describe, expect, it } from 'vitest';
import { largestRing } from './contour.js';
import { describeMask, polygonIou } from './mask-geometry.js';
import { simplifyRing } from './simplify.js';

/** Mask drawn in text: anything but a dot is inside. */
function drawn(...lines: string[]): { mask: Uint8Array; width: number; height: number } {
  const mask = Uint8Array.from(lines.join(''), (one) => (one === '.' ? 0 : 1));
  return { mask, width: lines[0]!.length, height: lines.length };
}

function maskOf(width: number, height: number, isInside: (x: number, y: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => (isInside(i % width, Math.floor(i / width)) ? 1 : 0));
}

describe('largestRing', () => {
  it('goes clockwise around the corners of the largest part', () => {
    const { mask, width, height } = drawn('#....', '...##', '...##', '..###');
    expect(largestRing(mask, width, height)).toEqual([
      [5, 1],
      [5, 4],
      [2, 4],
      [2, 3],
      [3, 3],
      [3, 1],
    ]);
  });

  it('encloses holes', () => {
    const { mask, width, height } = drawn('####', '#..#', '####');
    expect(largestRing(mask, width, height)).toHaveLength(4);
  });

  it('takes pixels that touch at a corner for two parts', () => {
    const { mask, width, height } = drawn('##..', '##..', '..#.');
    expect(largestRing(mask, width, height)).toEqual([
      [2, 0],
      [2, 2],
      [0, 2],
      [0, 0],
    ]);
  });

  it('is undefined for an empty mask', () => {
    expect(largestRing(new Uint8Array(6), 3, 2)).toBeUndefined();
  });
});

describe('simplifyRing', () => {
  it('leaves out points that are closer than the tolerance', () => {
    const ring = [[0, 0], [5, 0.5], [10, 0], [10, 10], [0, 10]] as const; // biome-ignore format: a shape
    expect(simplifyRing(ring, { tolerance: 0.6, maxPoints: 24 })).toEqual([[0, 0], [10, 0], [10, 10], [0, 10]]); // biome-ignore format: a shape
    expect(simplifyRing(ring, { tolerance: 0.4, maxPoints: 24 })).toHaveLength(5);
  });

  it('keeps to the maximum number of points', () => {
    const circle = Array.from({ length: 360 }, (_, i) => [Math.cos(i), Math.sin(i)] as const);
    expect(simplifyRing(circle, { tolerance: 0, maxPoints: 24 })).toHaveLength(24);
  });
});

describe('polygonIou', () => {
  it('counts pixels by their centres', () => {
    const { mask, width, height } = drawn('....', '.##.', '.##.');
    const around = [[1, 1], [3, 1], [3, 3], [1, 3]] as const; // biome-ignore format: a shape
    expect(polygonIou(around, mask, width, height)).toBe(1);
    const left = [[0, 1], [2, 1], [2, 3], [0, 3]] as const; // biome-ignore format: a shape
    expect(polygonIou(left, mask, width, height)).toBeCloseTo(2 / 6);
  });
});

describe('describeMask', () => {
  it('gives a disc as an outline, run lengths, a box and a zone that keeps nearly all of it', () => {
    const [width, height] = [200, 100];
    const mask = maskOf(width, height, (x, y) => (x - 100) ** 2 + (y - 50) ** 2 < 40 ** 2);
    const { polygon, rle, bbox, score, zone } = describeMask({ mask, score: 0.8 }, width, height);
    expect(Buffer.compare(decodeRle(rle), mask)).toBe(0);
    expect(bbox).toEqual([61, 11, 140, 90]);
    expect(score).toBe(0.8);
    const pixels = (points: [number, number][]) => points.map(([x, y]) => [x * width, y * height] as const);
    expect(polygonIou(pixels(polygon), mask, width, height)).toBeGreaterThan(0.97);
    expect(zone!.points.length).toBeLessThanOrEqual(24);
    expect(zone!.iou).toBeGreaterThan(0.95);
    expect(zone!.iou).toBeCloseTo(polygonIou(pixels(zone!.points), mask, width, height), 2);
  });

  it('reports the IoU of a zone that leaves out parts of the mask', () => {
    const { mask, width, height } = drawn('##.##', '##.##', '##...');
    expect(describeMask({ mask, score: 1 }, width, height).zone!.iou).toBeCloseTo(0.6);
  });

  it('gives zones that do not cross themselves', () => {
    // A comb of thin teeth has far more corners than a zone.
    const [width, height] = [300, 200];
    const mask = maskOf(width, height, (x, y) => y > 190 - (x % 4 < 2 ? (x * 37) % 180 : 0));
    const { polygon, zone } = describeMask({ mask, score: 1 }, width, height);
    expect(polygon.length).toBeLessThanOrEqual(512);
    expect(zone!.points.length).toBeLessThanOrEqual(24);
    expect(crossingEdges(zone!.points)).toBeUndefined();
  });

  it('has neither outline nor zone for an empty mask', () => {
    const empty = describeMask({ mask: new Uint8Array(12), score: 0 }, 4, 3);
    expect(empty).toMatchObject({ polygon: [], bbox: [0, 0, 0, 0], zone: null });
  });
});
