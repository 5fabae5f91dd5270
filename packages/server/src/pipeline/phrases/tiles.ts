import type { Box } from '@lookout/protocol';

/** Tile size as a fraction of the shorter side: smaller tiles show smaller things, but take more time. */
const TILE_SHARE = 0.6;

/** Overlapping squares that cover a frame, in pixels: two rows, or two columns in portrait format. */
export function tilesOf(width: number, height: number): Box[] {
  const side = TILE_SHARE * Math.min(width, height);
  const starts = (length: number) => {
    const count = Math.ceil(length / side);
    return Array.from({ length: count }, (_, i) => (i * (length - side)) / Math.max(1, count - 1));
  };
  return starts(height).flatMap((y) => starts(width).map((x): Box => [x, y, x + side, y + side]));
}

/** Whether two boxes overlap. */
export function touches([ax1, ay1, ax2, ay2]: Box, [bx1, by1, bx2, by2]: Box): boolean {
  return ax1 < bx2 && bx1 < ax2 && ay1 < by2 && by1 < ay2;
}
