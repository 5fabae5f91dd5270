import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PictureCodec } from '@lookout/media/codec';
import type { Box } from '@lookout/protocol';
import type { RgbImage } from '@lookout/vision';
import { COCO, decodeRgb } from '../coco-crops.js';

/** An object with its hand-drawn outline. */
export interface CocoObject {
  /** Pixels of the image. */
  readonly box: Box;
  /** One byte per pixel of the image. */
  readonly mask: Uint8Array;
  /** Whether the square around its box reaches beyond the image. */
  readonly isAtBorder: boolean;
  readonly className: string;
}

interface Instances {
  readonly categories: readonly { readonly id: number; readonly name: string }[];
  readonly images: readonly { readonly id: number; readonly file_name: string }[];
  readonly annotations: readonly {
    readonly image_id: number;
    readonly iscrowd: number;
    readonly category_id: number;
    readonly bbox: readonly [x: number, y: number, width: number, height: number];
    readonly segmentation: readonly number[][];
  }[];
}

/** Minimum side, pixels: outlines of smaller objects are too coarse. */
const MIN_SIDE = 32;

/**
 * Each `every`-th image of a set, with its objects.
 * @param set folder with `images/` and `instances.json`; default: the first 128 of COCO's training set
 */
export function* cocoObjects(every = 1, set = COCO): Generator<{ image: RgbImage; objects: CocoObject[] }> {
  using codec = new PictureCodec();
  const file = readFileSync(join(set, 'instances.json'), 'utf8');
  const { images, annotations, categories } = JSON.parse(file) as Instances;
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  const folder = join(set, 'images');
  for (const [i, file] of readdirSync(folder).sort().entries()) {
    if (i % every !== 0) continue;
    const image = decodeRgb(codec, readFileSync(join(folder, file)));
    const id = images.find(({ file_name }) => file_name === file)?.id;
    const drawn = annotations.filter(({ image_id, iscrowd }) => image_id === id && !iscrowd);
    const objects = drawn.flatMap(({ bbox: [x, y, width, height], segmentation, category_id }): CocoObject[] => {
      if (Math.min(width, height) < MIN_SIDE) return [];
      const box: Box = [x, y, Math.min(x + width, image.width), Math.min(y + height, image.height)];
      const reach = (Math.max(width, height) * 1.1) / 2;
      const [cx, cy] = [x + width / 2, y + height / 2];
      const isAtBorder = cx < reach || cy < reach || cx + reach > image.width || cy + reach > image.height;
      return [{ box, mask: fillPolygons(segmentation, image), isAtBorder, className: names.get(category_id) ?? '' }];
    });
    yield { image, objects };
  }
}

/** Mask of the pixels whose centres are in a polygon. @param polygons alternating x and y of the corners */
function fillPolygons(polygons: readonly number[][], { width, height }: RgbImage): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (const polygon of polygons) {
    for (let y = 0; y < height; y++) {
      const crossings: number[] = [];
      for (let i = 0; i < polygon.length; i += 2) {
        const next = (i + 2) % polygon.length;
        const [x1, y1, x2, y2] = [polygon[i]!, polygon[i + 1]!, polygon[next]!, polygon[next + 1]!];
        if (y1 > y + 0.5 !== y2 > y + 0.5) crossings.push(x1 + ((y + 0.5 - y1) / (y2 - y1)) * (x2 - x1));
      }
      crossings.sort((a, b) => a - b);
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const from = Math.max(0, Math.ceil(crossings[i]! - 0.5));
        mask.fill(1, y * width + from, y * width + Math.max(from, Math.ceil(crossings[i + 1]! - 0.5)));
      }
    }
  }
  return mask;
}
