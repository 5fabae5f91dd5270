import type { Letterbox } from '@lookout/protocol';
import type { RgbPicture } from './read-png.js';

/**
 * Lays a picture into a letterbox by plain bilinear interpolation between pixel centres: the reference other scalers are
 * compared with.
 * @returns RGB of the letterbox's size, 0..255.
 */
export function letterboxPicture(picture: RgbPicture, letterbox: Letterbox): Float32Array {
  const { width, height, x, y, contentWidth, contentHeight, fill } = letterbox;
  const out = new Float32Array(width * height * 3).fill(fill);
  const columns = taps(contentWidth, picture.width);
  const rows = taps(contentHeight, picture.height);
  const { rgb } = picture;
  const stride = picture.width * 3;
  rows.forEach((row, contentY) => {
    columns.forEach((column, contentX) => {
      const to = ((y + contentY) * width + x + contentX) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const at = (line: number, pixel: number) => rgb[line * stride + pixel * 3 + channel]!;
        const top = at(row.first, column.first) * (1 - column.weight) + at(row.first, column.second) * column.weight;
        const bottom =
          at(row.second, column.first) * (1 - column.weight) + at(row.second, column.second) * column.weight;
        out[to + channel] = top * (1 - row.weight) + bottom * row.weight;
      }
    });
  });
  return out;
}

/** For each target pixel the two source pixels its centre lies between, and the weight of the second. */
function taps(targetLength: number, sourceLength: number): { first: number; second: number; weight: number }[] {
  return Array.from({ length: targetLength }, (_, i) => {
    const position = Math.min(Math.max(((i + 0.5) * sourceLength) / targetLength - 0.5, 0), sourceLength - 1);
    const first = Math.floor(position);
    return { first, second: Math.min(first + 1, sourceLength - 1), weight: position - first };
  });
}
