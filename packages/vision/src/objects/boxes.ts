import type { Box } from '@lookout/protocol';
import { type BoxFilter, CENTER_X, CENTER_Y, HEIGHT, objectSize, WIDTH } from '../tracker/box-filter.js';

/** The smoothed box of a track, pixels. */
export function boxOfFilter(filter: BoxFilter): Box {
  const x = filter[CENTER_X]!;
  const y = filter[CENTER_Y]!;
  const halfWidth = filter[WIDTH]! / 2;
  const halfHeight = filter[HEIGHT]! / 2;
  return [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight];
}

export function sizeOf(box: Box): number {
  return objectSize(box[2] - box[0], box[3] - box[1]);
}

/**
 * How far a box has moved as a whole, in sizes of the first: of two opposite sides, the one that moved less counts, and neither if they
 * moved apart. So a box that grows or shrinks, as when a passer-by is merged into it or hides part of it, has not moved.
 * @example shift([0, 0, 10, 10], [5, 0, 15, 10]) // 0.5
 * @example shift([0, 0, 10, 10], [0, 0, 30, 10]) // 0
 */
export function shift(from: Box, to: Box): number {
  const x = commonShift(to[0] - from[0], to[2] - from[2]);
  const y = commonShift(to[1] - from[1], to[3] - from[3]);
  return Math.sqrt(x * x + y * y) / sizeOf(from);
}

/** Intersection over union, 0..1. */
export function iou(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared);
}

function commonShift(low: number, high: number): number {
  if (low * high <= 0) return 0;
  return Math.min(Math.abs(low), Math.abs(high));
}
