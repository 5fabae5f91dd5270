import type { Corner } from './contour.js';

/** Part of the ring between two kept points, and its point that is farthest from the straight line between them. */
interface Piece {
  readonly from: number;
  /** Greater than `from`; the length of the ring stands for its first point. */
  readonly to: number;
  readonly farthest: number;
  readonly distance: number;
}

/**
 * Simplifies a closed ring (Douglas and Peucker 1973, doi:10.3138/FM57-6770-U75U-7727): the point that is farthest from the simplified
 * ring is added until none is farther than `tolerance`, or there are `maxPoints`.
 * @param tolerance in the unit of the points
 * @param maxPoints at least 3
 * @returns points of `ring` in their order
 */
export function simplifyRing(
  ring: readonly Corner[],
  { tolerance, maxPoints }: { tolerance: number; maxPoints: number },
): Corner[] {
  if (ring.length <= 3) return [...ring];
  const opposite = farthestFrom(ring, 0);
  const pieces = [pieceOf(ring, 0, opposite), pieceOf(ring, opposite, ring.length)];
  while (pieces.length < maxPoints) {
    let worst = 0;
    for (let i = 1; i < pieces.length; i++) if (pieces[i]!.distance > pieces[worst]!.distance) worst = i;
    const { from, to, farthest, distance } = pieces[worst]!;
    // A ring needs three points.
    if (distance <= (pieces.length < 3 ? 0 : tolerance)) break;
    pieces.splice(worst, 1, pieceOf(ring, from, farthest), pieceOf(ring, farthest, to));
  }
  return pieces.map(({ from }) => ring[from]!);
}

function pieceOf(ring: readonly Corner[], from: number, to: number): Piece {
  const a = ring[from]!;
  const b = ring[to % ring.length]!;
  let farthest = from;
  let distance = 0;
  for (let i = from + 1; i < to; i++) {
    const away = distanceToSegment(ring[i]!, a, b);
    if (away <= distance) continue;
    distance = away;
    farthest = i;
  }
  return { from, to, farthest, distance };
}

function farthestFrom(ring: readonly Corner[], index: number): number {
  const [x, y] = ring[index]!;
  let farthest = 0;
  let most = -1;
  ring.forEach((point, i) => {
    const away = Math.hypot(point[0] - x, point[1] - y);
    if (away <= most) return;
    most = away;
    farthest = i;
  });
  return farthest;
}

function distanceToSegment([x, y]: Corner, [ax, ay]: Corner, [bx, by]: Corner): number {
  const dx = bx - ax;
  const dy = by - ay;
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / squared));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}
