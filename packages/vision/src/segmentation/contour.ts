/** A corner between pixels: 0, 0 is the top left corner of the first. */
export type Corner = readonly [x: number, y: number];

/** Steps to the right, down, left and up, and the pixels ahead of a corner to the left and right of each direction. */
const DIRECTIONS = [
  { dx: 1, dy: 0, left: [0, -1], right: [0, 0] },
  { dx: 0, dy: 1, left: [0, 0], right: [-1, 0] },
  { dx: -1, dy: 0, left: [-1, 0], right: [-1, -1] },
  { dx: 0, dy: -1, left: [-1, -1], right: [0, -1] },
] as const;

/**
 * Outer outline with the largest area, along the edges of the pixels; pixels that touch only at a corner belong to separate parts.
 * @param mask one byte a pixel, rows from the top; other than 0 is inside
 * @returns its corners, in clockwise order; undefined if the mask is empty
 */
export function largestRing(mask: Uint8Array, width: number, height: number): Corner[] | undefined {
  // Every outline has a pixel with nothing above it, whose top edge is followed to the right.
  const followed = new Uint8Array(mask.length);
  let largest: Corner[] | undefined;
  let most = 0;
  for (let at = 0; at < mask.length; at++) {
    if (!mask[at] || followed[at] || (at >= width && mask[at - width])) continue;
    const { ring, area } = follow(mask, width, height, at, followed);
    // Outlines of holes run the other way round, and have a negative area.
    if (area <= most) continue;
    most = area;
    largest = ring;
  }
  return largest;
}

/** Walks along the outline with the inside on the right, back to the top edge of pixel `start`. */
function follow(
  mask: Uint8Array,
  width: number,
  height: number,
  start: number,
  followed: Uint8Array,
): { ring: Corner[]; area: number } {
  const isInside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] !== 0;
  const ring: Corner[] = [];
  let x = start % width;
  let y = Math.floor(start / width);
  let direction = 0;
  let area = 0;
  do {
    if (direction === 0) followed[y * width + x] = 1;
    const { dx, dy } = DIRECTIONS[direction]!;
    area += x * dy - y * dx;
    x += dx;
    y += dy;
    const next = turn(isInside, x, y, direction);
    if (next !== direction) ring.push([x, y]);
    direction = next;
  } while (direction !== 0 || y * width + x !== start);
  return { ring, area: area / 2 };
}

function turn(isInside: (x: number, y: number) => boolean, x: number, y: number, direction: number): number {
  const { left, right } = DIRECTIONS[direction]!;
  if (!isInside(x + right[0], y + right[1])) return (direction + 1) % 4;
  return isInside(x + left[0], y + left[1]) ? (direction + 3) % 4 : direction;
}
