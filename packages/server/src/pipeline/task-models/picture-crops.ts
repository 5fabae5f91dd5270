import { layUpright, type PictureCodec, uprightSize } from '@lookout/media/codec';
import type { Box } from '@lookout/protocol';
import type { RgbImage } from '@lookout/vision';
import { cropImage } from '@lookout/vision/tasks';
import { GLANCE } from './glance.js';

/** Context around an object on each side, as a fraction of its longer side: models were trained on photos that show surroundings. */
const CONTEXT = 0.1;

/** Decodes an image and turns it upright. @throws LookoutError `frame_invalid`, and the codec's errors */
export function decodeImage(codec: PictureCodec, bytes: Uint8Array): RgbImage {
  const { picture, header } = codec.decodeStill(bytes);
  try {
    const whole = (width: number, height: number) => ({
      ...{ width, height, x: 0, y: 0, contentWidth: width, contentHeight: height, fill: 0 },
    });
    const stored = picture.toRgb(whole(picture.width, picture.height));
    if (header.orientation === 1) return toBytes(stored, picture.width, picture.height);
    const { width, height } = uprightSize(header);
    const upright = new Float32Array(stored.length);
    layUpright(stored, header.orientation, whole(width, height), upright);
    return toBytes(upright, width, height);
  } finally {
    picture.close();
  }
}

/**
 * A square crop around a box with some context, black beyond the image. The box stays centred and keeps its aspect ratio: shifting it into
 * the image, or squashing it, would change the model's result.
 */
export function cropSquare(image: RgbImage, [x1, y1, x2, y2]: Box): RgbImage {
  const side = Math.max(1, Math.round(Math.max(x2 - x1, y2 - y1) * (1 + 2 * CONTEXT)));
  const x = Math.round((x1 + x2 - side) / 2);
  const y = Math.round((y1 + y2 - side) / 2);
  return cropImage(image, { x, y, width: side, height: side });
}

/** Brightness of an image as stored, in the cells of `GLANCE`. @throws LookoutError `frame_invalid` */
export function glance(codec: PictureCodec, bytes: Uint8Array): Uint8Array {
  const { columns: width, rows: height } = GLANCE;
  const { picture } = codec.decodeStill(bytes);
  try {
    const rgb = picture.toRgb({ width, height, x: 0, y: 0, contentWidth: width, contentHeight: height, fill: 0 });
    return Uint8Array.from(
      { length: width * height },
      (_, i) => (rgb[3 * i]! + 2 * rgb[3 * i + 1]! + rgb[3 * i + 2]!) / 4,
    );
  } finally {
    picture.close();
  }
}

function toBytes(levels: Float32Array, width: number, height: number): RgbImage {
  const rgb = new Uint8Array(levels.length);
  for (let i = 0; i < rgb.length; i++) rgb[i] = Math.round(levels[i]!);
  return { width, height, rgb };
}
