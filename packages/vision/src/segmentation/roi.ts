import type { Box } from '@lookout/protocol';
import type { PixelRect } from '../image/crop.js';
import type { RgbImage } from '../image/rgb-image.js';

/** How the crop around a box is chosen. */
export interface RoiRule {
  /** Added on each side, as a share of the box's longer side. */
  readonly margin: number;
  /** Whether the square is clipped at the image border or padded with black. */
  readonly border: 'clamp' | 'pad';
}

/** Square around a box, in whole pixels. */
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
