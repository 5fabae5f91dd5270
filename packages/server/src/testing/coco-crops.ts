import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PictureCodec } from '@lookout/media/codec';
import type { RgbImage } from '@lookout/vision';
import { cropImage } from '@lookout/vision/tasks';

/** Third-party models, which are not part of the repository. */
export const EMBED_MODELS = join(import.meta.dirname, '../../../../../shared/models/embed');
export const COCO = join(import.meta.dirname, '../../../../../shared/media/coco/train128');

export interface CocoCrop {
  readonly image: RgbImage;
  /** Index in `COCO_NAMES`. */
  readonly label: number;
  /** Index of the image it was cropped from. */
  readonly picture: number;
}

/** Crops of the objects in the first 128 images of COCO's training set, with sides of at least `minSide` pixels. */
export function cocoCrops(minSide = 48): CocoCrop[] {
  using codec = new PictureCodec();
  const folder = join(COCO, 'images');
  return readdirSync(folder)
    .sort()
    .flatMap((file, picture) => {
      const image = decodeRgb(codec, readFileSync(join(folder, file)));
      const labels = readFileSync(join(COCO, 'labels', file.replace('.jpg', '.txt')), 'utf8');
      return cropsOf(image, labels, minSide).map((crop) => ({ ...crop, picture }));
    });
}

/** Decodes a JPEG to RGB bytes. */
export function decodeRgb(codec: PictureCodec, bytes: Uint8Array): RgbImage {
  using picture = codec.decodeJpeg(bytes);
  const { width, height } = picture;
  const whole = { width, height, x: 0, y: 0, contentWidth: width, contentHeight: height, fill: 0 };
  const levels = picture.toRgb(whole);
  const rgb = new Uint8Array(levels.length);
  // `Uint8Array.from` takes a hundred times as long.
  for (let i = 0; i < rgb.length; i++) rgb[i] = Math.round(levels[i]!);
  return { width, height, rgb };
}

/** @param labels lines of class, centre x, centre y, width, height, in 0..1 of the image */
function cropsOf(image: RgbImage, labels: string, minSide: number): Omit<CocoCrop, 'picture'>[] {
  return labels
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      const [label, x, y, w, h] = line.split(' ').map(Number) as [number, number, number, number, number];
      if (Math.min(w * image.width, h * image.height) < minSide) return [];
      const left = Math.round((x - w / 2) * image.width);
      const top = Math.round((y - h / 2) * image.height);
      const right = Math.round((x + w / 2) * image.width);
      const bottom = Math.round((y + h / 2) * image.height);
      return [{ image: cropImage(image, { x: left, y: top, width: right - left, height: bottom - top }), label }];
    });
}
