import type { Box } from '@lookout/protocol';

/** Size of the crop relative to the box: some surroundings help to recognise an object. */
const CROP_SCALE = 1.5;
/** Minimum side of a crop, pixels: smaller ones can't be recognised. */
const MIN_SIDE = 96;

/** The smallest box around all boxes; undefined if there are none. */
export function boxAround(boxes: readonly Box[]): Box | undefined {
  if (boxes.length === 0) return undefined;
  const side = (index: 0 | 1 | 2 | 3) => boxes.map((box) => box[index]);
  return [Math.min(...side(0)), Math.min(...side(1)), Math.max(...side(2)), Math.max(...side(3))];
}

/** A box with some surroundings, moved to lie within the image. All in pixels. */
export function cropOf(box: Box, [width, height]: readonly [number, number]): Box {
  const grown = (from: number, to: number, size: number): [number, number] => {
    const length = Math.min(size, Math.max((to - from) * CROP_SCALE, MIN_SIDE));
    const start = Math.min(Math.max(0, (from + to - length) / 2), size - length);
    return [Math.floor(start), Math.ceil(start + length)];
  };
  const [x1, x2] = grown(box[0], box[2], width);
  const [y1, y2] = grown(box[1], box[3], height);
  return [x1, y1, x2, y2];
}

/** Grid steps along each side. */
const STEPS = 8;

/**
 * A region of the image with the size of `crop` that overlaps neither the crop nor any box, as far from the crop as possible; undefined if
 * there is none. All in pixels.
 */
export function emptyPart(
  crop: Box,
  boxes: readonly Box[],
  [width, height]: readonly [number, number],
): Box | undefined {
  const [x1, y1, x2, y2] = crop;
  const [w, h] = [x2 - x1, y2 - y1];
  const places: Box[] = [];
  for (let row = 0; row <= STEPS; row++) {
    for (let column = 0; column <= STEPS; column++) {
      const [x, y] = [Math.floor(((width - w) * column) / STEPS), Math.floor(((height - h) * row) / STEPS)];
      places.push([x, y, x + w, y + h]);
    }
  }
  const taken = [crop, ...boxes];
  const distance = ([x, y]: Box) => Math.hypot(x - x1, y - y1);
  return places
    .filter((place) => !taken.some((box) => overlap(place, box)))
    .sort((a, b) => distance(b) - distance(a))[0];
}

function overlap(a: Box, b: Box): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}
