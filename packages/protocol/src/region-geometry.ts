/** Geometry of zones, lines and masks. Works in any unit, as long as points and regions share it; y points down. */

/** `[x, y]`. */
export type PlanePoint = readonly [number, number];

/**
 * Whether a point lies inside a polygon. Points exactly on an edge belong to one of its two sides.
 * @example isInside(2, 1, [[0, 0], [4, 0], [4, 4], [0, 4]]) // true
 */
export function isInside(x: number, y: number, polygon: readonly PlanePoint[]): boolean {
  let inside = false;
  let previous = polygon[polygon.length - 1];
  for (const corner of polygon) {
    if (previous && corner[1] > y !== previous[1] > y) {
      const edgeX = corner[0] + ((y - corner[1]) / (previous[1] - corner[1])) * (previous[0] - corner[0]);
      if (x < edgeX) inside = !inside;
    }
    previous = corner;
  }
  return inside;
}

/**
 * Distance from a point to the outline of a polygon, positive inside and negative outside.
 * @example depthInside(1, 2, [[0, 0], [4, 0], [4, 4], [0, 4]]) // 1
 */
export function depthInside(x: number, y: number, polygon: readonly PlanePoint[]): number {
  let closest = Number.POSITIVE_INFINITY;
  let previous = polygon[polygon.length - 1];
  for (const corner of polygon) {
    if (previous) closest = Math.min(closest, squaredDistanceToSegment(x, y, previous, corner));
    previous = corner;
  }
  return isInside(x, y, polygon) ? Math.sqrt(closest) : -Math.sqrt(closest);
}

/**
 * Distance from a point to the endless line through `from` and `to`: positive to the right of somebody who looks from `from` to `to`,
 * negative to the left.
 * @example distanceRightOf(3, 0, [0, 4], [0, 0]) // 3: looking up the picture, larger x is to the right
 */
export function distanceRightOf(x: number, y: number, from: PlanePoint, to: PlanePoint): number {
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  const length = Math.hypot(dx, dy);
  return length > 0 ? ((y - from[1]) * dx - (x - from[0]) * dy) / length : 0;
}

/**
 * Where a point lies along the line, projected onto it: 0 at `from`, 1 at `to`, below 0 or above 1 beyond its ends.
 * @example positionAlong(1, 9, [0, 0], [4, 0]) // 0.25
 */
export function positionAlong(x: number, y: number, from: PlanePoint, to: PlanePoint): number {
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  const squared = dx * dx + dy * dy;
  return squared > 0 ? ((x - from[0]) * dx + (y - from[1]) * dy) / squared : 0;
}

/** Area of a polygon that does not cross itself, in the square of its unit. */
export function polygonArea(polygon: readonly PlanePoint[]): number {
  let twice = 0;
  let previous = polygon[polygon.length - 1];
  for (const corner of polygon) {
    if (previous) twice += previous[0] * corner[1] - corner[0] * previous[1];
    previous = corner;
  }
  return Math.abs(twice) / 2;
}

/**
 * The first two edges of a polygon that cross or touch, by the index of the corner that each begins at; `undefined` if the polygon is
 * simple. Neighbouring edges share a corner and may not share more.
 * @example crossingEdges([[0, 0], [1, 1], [1, 0], [0, 1]]) // [0, 2]
 */
export function crossingEdges(polygon: readonly PlanePoint[]): [number, number] | undefined {
  const count = polygon.length;
  for (let first = 0; first < count; first++) {
    for (let second = first + 1; second < count; second++) {
      const [a, b] = edge(polygon, first);
      const [c, d] = edge(polygon, second);
      const areNeighbours = second === first + 1 || (first === 0 && second === count - 1);
      const meet = areNeighbours ? foldBack(polygon, second === first + 1 ? second : first) : segmentsMeet(a, b, c, d);
      if (meet) return [first, second];
    }
  }
  return undefined;
}

function edge(polygon: readonly PlanePoint[], index: number): [PlanePoint, PlanePoint] {
  return [polygon[index] ?? [0, 0], polygon[(index + 1) % polygon.length] ?? [0, 0]];
}

/** Whether the outline turns back on itself at a corner, or stays there. */
function foldBack(polygon: readonly PlanePoint[], corner: number): boolean {
  const [before, at] = edge(polygon, (corner + polygon.length - 1) % polygon.length);
  const [, after] = edge(polygon, corner);
  const cross = turn(before, at, after);
  const dot = (at[0] - before[0]) * (after[0] - at[0]) + (at[1] - before[1]) * (after[1] - at[1]);
  return cross === 0 && dot <= 0 && polygon.length > 3;
}

/** Whether two closed segments have a point in common. */
export function segmentsMeet(a: PlanePoint, b: PlanePoint, c: PlanePoint, d: PlanePoint): boolean {
  const abc = turn(a, b, c);
  const abd = turn(a, b, d);
  const cda = turn(c, d, a);
  const cdb = turn(c, d, b);
  if (abc * abd < 0 && cda * cdb < 0) return true;
  return (
    (abc === 0 && isBetween(a, b, c)) ||
    (abd === 0 && isBetween(a, b, d)) ||
    (cda === 0 && isBetween(c, d, a)) ||
    (cdb === 0 && isBetween(c, d, b))
  );
}

/** Positive if `a` → `b` → `c` turns one way, negative if the other, 0 if they lie on one line. */
function turn(a: PlanePoint, b: PlanePoint, c: PlanePoint): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** Whether `point`, which lies on the line through `a` and `b`, lies between them. */
function isBetween(a: PlanePoint, b: PlanePoint, point: PlanePoint): boolean {
  return (
    Math.min(a[0], b[0]) <= point[0] &&
    point[0] <= Math.max(a[0], b[0]) &&
    Math.min(a[1], b[1]) <= point[1] &&
    point[1] <= Math.max(a[1], b[1])
  );
}

function squaredDistanceToSegment(x: number, y: number, a: PlanePoint, b: PlanePoint): number {
  const along = Math.min(1, Math.max(0, positionAlong(x, y, a, b)));
  const dx = x - a[0] - along * (b[0] - a[0]);
  const dy = y - a[1] - along * (b[1] - a[1]);
  return dx * dx + dy * dy;
}
