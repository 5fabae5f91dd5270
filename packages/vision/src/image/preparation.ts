import { cropImage } from './crop.js';
import { type ResampleFilter, resample } from './resample.js';
import type { RgbImage } from './rgb-image.js';

/** Per channel: red, green, blue. */
export type Rgb = readonly [number, number, number];

/** A model's image preparation, applied in the order of these fields. */
export interface ImagePreparation {
  /** `shortestEdge`: pixels of the shorter side, proportions are kept. Absent: not scaled. */
  readonly resize?: { readonly shortestEdge: number } | { readonly width: number; readonly height: number };
  readonly filter: ResampleFilter;
  /** Centre crop of the scaled image, which is padded with black if smaller. */
  readonly crop?: { readonly width: number; readonly height: number };
  /** Factor for the levels 0..255. */
  readonly rescale: number;
  /** Subtracted after rescaling. */
  readonly mean: Rgb;
  /** Divided by last. */
  readonly std: Rgb;
}

/** Pixels of a prepared image; undefined if it depends on the image. */
export function preparedSize({ crop, resize }: ImagePreparation): { width: number; height: number } | undefined {
  if (crop) return crop;
  return resize && 'width' in resize ? resize : undefined;
}

/**
 * @param images at least one; all of the same size if the preparation does not fix it
 * @param out at least as long as the result, which is written to its start: saves allocating megabytes for every image
 * @returns N×3×H×W, row-major
 */
export function prepareImages(
  images: readonly RgbImage[],
  preparation: ImagePreparation,
  out?: Float32Array,
): { data: Float32Array; dims: [count: number, channels: 3, height: number, width: number] } {
  const fitted = images.map((image) => fitImage(image, preparation));
  const { width, height } = fitted[0]!;
  if (fitted.some((one) => one.width !== width || one.height !== height)) {
    throw new RangeError('Expected images of one size');
  }
  const length = fitted.length * 3 * width * height;
  const data = out?.subarray(0, length) ?? new Float32Array(length);
  fitted.forEach((image, i) => {
    writePlanes(image, preparation, data.subarray(i * 3 * width * height, (i + 1) * 3 * width * height));
  });
  return { data, dims: [fitted.length, 3, height, width] };
}

/** Scaled and cropped, in bytes. */
export function fitImage(image: RgbImage, { resize, filter, crop }: ImagePreparation): RgbImage {
  let result = image;
  if (resize) {
    const { width, height } = 'width' in resize ? resize : shortestEdgeSize(image, resize.shortestEdge);
    result = resample(result, width, height, filter);
  }
  if (!crop || (crop.width === result.width && crop.height === result.height)) return result;
  const x = Math.floor((result.width - crop.width) / 2);
  const y = Math.floor((result.height - crop.height) / 2);
  return cropImage(result, { x, y, width: crop.width, height: crop.height });
}

/** The longer side is rounded down, as torchvision and transformers do. */
function shortestEdgeSize({ width, height }: RgbImage, edge: number): { width: number; height: number } {
  return width <= height
    ? { width: edge, height: Math.max(1, Math.trunc((edge * height) / width)) }
    : { width: Math.max(1, Math.trunc((edge * width) / height)), height: edge };
}

function writePlanes({ rgb }: RgbImage, { rescale, mean, std }: ImagePreparation, planes: Float32Array): void {
  const pixels = rgb.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    const factor = rescale / std[channel]!;
    const offset = mean[channel]! / std[channel]!;
    const plane = channel * pixels;
    for (let i = 0; i < pixels; i++) planes[plane + i] = rgb[i * 3 + channel]! * factor - offset;
  }
}
