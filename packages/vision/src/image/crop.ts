import type { RgbImage } from './rgb-image.js';

/** A rectangle of whole pixels; it may reach beyond the image. */
export interface PixelRect {
  readonly x: number;
  readonly y: number;
  /** At least 1. */
  readonly width: number;
  readonly height: number;
}

/** @returns the part of the image within `rect`, always of its size: black where `rect` reaches beyond the image. */
export function cropImage(image: RgbImage, { x, y, width, height }: PixelRect): RgbImage {
  if (![x, y, width, height].every(Number.isInteger) || width < 1 || height < 1) {
    throw new RangeError(`Expected whole pixels, got ${width}×${height} at ${x}, ${y}`);
  }
  const rgb = new Uint8Array(width * height * 3);
  const left = Math.max(x, 0);
  const right = Math.min(x + width, image.width);
  const bottom = Math.min(y + height, image.height);
  if (right > left) {
    for (let line = Math.max(y, 0); line < bottom; line++) {
      const from = line * image.width;
      rgb.set(image.rgb.subarray((from + left) * 3, (from + right) * 3), ((line - y) * width + left - x) * 3);
    }
  }
  return { width, height, rgb };
}
