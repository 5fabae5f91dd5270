import { readFileSync } from 'node:fs';
import { PictureCodec } from '@lookout/media/codec';
import type { Box } from '@lookout/protocol';
import { cocoObjects, decodeRgb } from '@lookout/server/segment-testing';
import type { RgbImage } from '@lookout/vision';
import { TRIAL_PHOTOS } from '@lookout/vision/models';
import type { LabelledImages } from './figure.js';

/** An image and the objects in it. Boxes are in pixels. */
export interface LabelledImage {
  readonly image: RgbImage;
  readonly objects: readonly { readonly className: string; readonly box: Box }[];
}

/** The images that ship with Lookout. */
export function photos(): LabelledImage[] {
  using codec = new PictureCodec();
  return TRIAL_PHOTOS.map(({ url, shows }) => {
    const image = decodeRgb(codec, readFileSync(url));
    const scale = [image.width, image.height, image.width, image.height];
    const objects = shows.map(({ name, box }) => ({
      className: name,
      box: box.map((side, i) => side * scale[i]!) as Box,
    }));
    return { image, objects };
  });
}

export function labelledImages({ folder, every }: LabelledImages): Iterable<LabelledImage> {
  return cocoObjects(every, folder);
}

/** Result of a call and its duration, ms. */
export async function timed<T>(call: () => Promise<T>): Promise<[result: T, ms: number]> {
  const startMs = performance.now();
  const result = await call();
  return [result, performance.now() - startMs];
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
