import type { Letterbox } from '@lookout/protocol';
import type { Orientation } from './exif-orientation.js';

/**
 * Where the pixel (x, y) of the upright picture is in the stored one: at `origin + x · stepX + y · stepY` in pixels, for a stored picture
 * of `width`×`height`.
 */
function walk(orientation: Orientation, width: number, height: number): [origin: number, stepX: number, stepY: number] {
  const last = width * height - 1;
  switch (orientation) {
    case 1:
      return [0, 1, width];
    case 2:
      return [width - 1, -1, width];
    case 3:
      return [last, -1, -width];
    case 4:
      return [last - width + 1, 1, -width];
    case 5:
      return [0, width, 1];
    case 6:
      return [last - width + 1, -width, 1];
    case 7:
      return [last, -width, -1];
    case 8:
      return [width - 1, width, -1];
  }
}

/**
 * Places a picture that is stored turned or mirrored upright into a letterbox.
 * @param stored RGB of the picture as stored, scaled to the letterbox's content: `contentWidth`×`contentHeight`, or for orientations of 5
 *    and more `contentHeight`×`contentWidth`.
 * @param out RGB of `letterbox.width × letterbox.height × 3` numbers; every one is written.
 */
export function layUpright(
  stored: Float32Array,
  orientation: Orientation,
  letterbox: Letterbox,
  out: Float32Array,
): void {
  const { contentWidth, contentHeight, width, x, y, fill } = letterbox;
  const [storedWidth, storedHeight] = orientation >= 5 ? [contentHeight, contentWidth] : [contentWidth, contentHeight];
  const [origin, stepX, stepY] = walk(orientation, storedWidth, storedHeight);
  out.fill(fill);
  for (let row = 0; row < contentHeight; row++) {
    let from = (origin + row * stepY) * 3;
    let to = ((y + row) * width + x) * 3;
    for (let column = 0; column < contentWidth; column++, from += stepX * 3, to += 3) {
      out[to] = stored[from]!;
      out[to + 1] = stored[from + 1]!;
      out[to + 2] = stored[from + 2]!;
    }
  }
}
