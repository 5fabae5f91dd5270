import type { Box, SegmentMask } from '@lookout/protocol';
import { crossingEdges, encodeRle } from '@lookout/protocol/core';
import { type Corner, largestRing } from './contour.js';
import type { MaskCandidate } from './segmenter.js';
import { simplifyRing } from './simplify.js';

/** Maximum number of corners of a zone. */
const ZONE_POINTS = 24;
/** Maximum number of points of an outline, which bounds the size of a response. */
const OUTLINE_POINTS = 512;
/** Tolerance of an outline, pixels: steps from pixel to pixel are not worth a point each. */
const OUTLINE_TOLERANCE = 0.75;
/** Tolerance of a zone, pixels: more corners are not worth placing within it. */
const ZONE_TOLERANCE = 1;

/**
 * A mask in the form in which the server returns it.
 * @param width pixels of the mask
 */
export function describeMask({ mask, score }: MaskCandidate, width: number, height: number): SegmentMask {
  const ring = largestRing(mask, width, height);
  const outline = ring ? simplifyRing(ring, { tolerance: OUTLINE_TOLERANCE, maxPoints: OUTLINE_POINTS }) : [];
  const zone = ring && zoneOf(ring);
  return {
    polygon: fractions(outline, width, height),
    rle: encodeRle(mask, width, height),
    bbox: boxOf(mask, width, height),
    score,
    zone: zone ? { points: fractions(zone, width, height), iou: polygonIou(zone, mask, width, height) } : null,
  };
}

/** `[x1, y1, x2, y2]` around all pixels of the mask; all 0 if it is empty. */
export function boxOf(mask: Uint8Array, width: number, height: number): Box {
  let [x1, y1, x2, y2] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    const line = mask.subarray(y * width, (y + 1) * width);
    const first = line.findIndex((value) => value !== 0);
    if (first < 0) continue;
    x1 = Math.min(x1, first);
    x2 = Math.max(x2, line.findLastIndex((value) => value !== 0) + 1);
    y1 = Math.min(y1, y);
    y2 = y + 1;
  }
  return x2 === 0 ? [0, 0, 0, 0] : [x1, y1, x2, y2];
}

/** IoU of a polygon in pixels and a mask, 0..1. A pixel is in the polygon if its centre is. */
export function polygonIou(polygon: readonly Corner[], mask: Uint8Array, width: number, height: number): number {
  let shared = 0;
  let either = 0;
  for (let y = 0; y < height; y++) {
    const crossings = crossingsOf(polygon, y + 0.5);
    let next = 0;
    for (let x = 0; x < width; x++) {
      while (next < crossings.length && crossings[next]! <= x + 0.5) next++;
      const inPolygon = next % 2 === 1;
      const inMask = mask[y * width + x] !== 0;
      if (inPolygon && inMask) shared++;
      if (inPolygon || inMask) either++;
    }
  }
  return either === 0 ? 0 : shared / either;
}

/** Where a polygon's edges cross a horizontal line, from left to right. */
function crossingsOf(polygon: readonly Corner[], y: number): number[] {
  const crossings: number[] = [];
  let [px, py] = polygon.at(-1)!;
  for (const [x, yy] of polygon) {
    if (yy > y !== py > y) crossings.push(x + ((y - yy) / (py - yy)) * (px - x));
    [px, py] = [x, yy];
  }
  return crossings.sort((a, b) => a - b);
}

/** Zones must not cross themselves. A simplified ring can where the mask is thin, so fewer corners are then tried. */
function zoneOf(ring: readonly Corner[]): Corner[] | undefined {
  for (let maxPoints = ZONE_POINTS; maxPoints >= 3; maxPoints--) {
    const points = simplifyRing(ring, { tolerance: ZONE_TOLERANCE, maxPoints });
    if (points.length >= 3 && !crossingEdges(points)) return points;
  }
  return undefined;
}

function fractions(points: readonly Corner[], width: number, height: number): [number, number][] {
  const round = (value: number) => Math.round(value * 1e5) / 1e5;
  return points.map(([x, y]) => [round(x / width), round(y / height)]);
}
