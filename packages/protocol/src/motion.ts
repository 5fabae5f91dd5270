import type { Box } from './detection.js';

/** Boxes are moved by at most this much time: beyond it, a guess misleads more than a late box. */
export const MAX_MOVE_MS = 500;

/**
 * A box moved along its velocity, for pictures newer than the analysis that it comes from.
 * @param bbox `[x1, y1, x2, y2]`, pixels of the frame.
 * @param velocity of its centre, pixels per second.
 * @param deltaMs from the box's frame to the picture's; negative values and NaN count as 0, larger ones as `MAX_MOVE_MS`.
 * @param frameWidth,frameHeight pixels; parts outside the picture are cut off, down to a line at its edge.
 * @example movedBox([10, 10, 30, 50], [100, 0], 200, 640, 480) // [30, 10, 50, 50]
 */
export function movedBox(
  bbox: Box,
  velocity: readonly [number, number],
  deltaMs: number,
  frameWidth: number,
  frameHeight: number,
): Box {
  const seconds = (deltaMs > 0 ? Math.min(deltaMs, MAX_MOVE_MS) : 0) / 1000;
  const dx = velocity[0] * seconds;
  const dy = velocity[1] * seconds;
  return [
    clamp(bbox[0] + dx, frameWidth),
    clamp(bbox[1] + dy, frameHeight),
    clamp(bbox[2] + dx, frameWidth),
    clamp(bbox[3] + dy, frameHeight),
  ];
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(0, value));
}
