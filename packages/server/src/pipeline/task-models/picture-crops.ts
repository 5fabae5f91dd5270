import { layUpright, type PictureCodec, uprightSize } from '@lookout/media/codec';
import type { Box } from '@lookout/protocol';
import type { RgbImage } from '@lookout/vision';
import { cropImage } from '@lookout/vision/tasks';
import { GLANCE } from './glance.js';

/** What is shown around an object, per side, as a part of its larger side: models were trained on photos, in which objects have surroundings. */
const CONTEXT = 0.1;

/** Decodes a picture and turns it upright. @throws LookoutError `frame_invalid` and as the codec */
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
 * A square around a box with some of its surroundings, black beyond the picture. The box stays in the middle and keeps its shape: moved to
 * fit into the picture, or squashed, it would show the model something else.
 */
export function cropSquare(image: RgbImage, [x1, y1, x2, y2]: Box): RgbImage {
  const side = Math.max(1, Math.round(Math.max(x2 - x1, y2 - y1) * (1 + 2 * CONTEXT)));
  const x = Math.round((x1 + x2 - side) / 2);
  const y = Math.round((y1 + y2 - side) / 2);
  return cropImage(image, { x, y, width: side, height: side });
}

/** The brightness of each cell of a grid that is laid over a picture, as it is stored. @throws LookoutError `frame_invalid` */
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
