import type { SegmentMask } from '@lookout/protocol';
import { decodeRle } from '@lookout/protocol/core';

/** The masked part of an image on a transparent background, as PNG. */
export async function cutPicture(picture: CanvasImageSource, { rle, bbox }: SegmentMask): Promise<Blob> {
  const [left, top, right, bottom] = bbox;
  const [width, height] = [right - left, bottom - top];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(picture, left, top, width, height, 0, 0, width, height);
  const pixels = context.getImageData(0, 0, width, height);
  const mask = decodeRle(rle);
  const line = rle.size[1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (mask[(top + y) * line + left + x] === 0) pixels.data[(y * width + x) * 4 + 3] = 0;
    }
  }
  context.putImageData(pixels, 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}

/** A square around a mask with some of its surroundings, as JPEG, for an example. */
export async function examplePicture(picture: HTMLImageElement, { bbox }: SegmentMask): Promise<Blob> {
  const [left, top, right, bottom] = bbox;
  const side = Math.round(Math.max(right - left, bottom - top) * 1.2);
  const shown = Math.min(side, MAX_EXAMPLE_SIDE);
  const canvas = new OffscreenCanvas(shown, shown);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  const [x, y] = [(left + right - side) / 2, (top + bottom - side) / 2];
  context.drawImage(picture, x, y, side, side, 0, 0, shown, shown);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
}

const MAX_EXAMPLE_SIDE = 512;

/** Draws a mask in a colour. */
export function drawMask(canvas: HTMLCanvasElement, { rle }: SegmentMask, [red, green, blue]: readonly number[]): void {
  const [height, width] = rle.size;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return;
  const pixels = context.createImageData(width, height);
  decodeRle(rle).forEach((inside, i) => {
    if (inside) pixels.data.set([red ?? 0, green ?? 0, blue ?? 0, MASK_ALPHA], i * 4);
  });
  context.putImageData(pixels, 0, 0);
}

const MASK_ALPHA = 130;
