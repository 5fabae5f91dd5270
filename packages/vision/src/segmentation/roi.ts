import type { Box } from '@lookout/protocol';
import type { PixelRect } from '../image/crop.js';
import type { RgbImage } from '../image/rgb-image.js';

/** How the part of the image around a box is chosen. */
export interface RoiRule {
  /** Share of the box's width and height that is added on each side. */
  readonly margin: number;
  /** What happens at the image's border: the square is cut off there, or filled up with black. */
  readonly border: 'clamp' | 'pad';
}

/** The square around a box, of whole pixels. */
export function roiOf(box: Box, { width, height }: Pick<RgbImage, 'width' | 'height'>, rule: RoiRule): PixelRect {
  const side = Math.max(box[2] - box[0], box[3] - box[1]) * (1 + 2 * rule.margin);
  const [cx, cy] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  let [left, top] = [Math.floor(cx - side / 2), Math.floor(cy - side / 2)];
  let [right, bottom] = [Math.ceil(cx + side / 2), Math.ceil(cy + side / 2)];
  if (rule.border === 'clamp') {
    [left, top] = [Math.max(left, 0), Math.max(top, 0)];
    [right, bottom] = [Math.min(right, width), Math.min(bottom, height)];
  }
  return { x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}
