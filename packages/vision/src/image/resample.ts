import type { RgbImage } from './rgb-image.js';

/**
 * Scales images byte for byte like `Image.resize` of Pillow before version 13: most models were trained on images scaled by it.
 * Follows Pillow's `src/libImaging/Resample.c`: a separable filter, stretched when scaling down (so that no pixel is skipped), horizontally
 * first, with coefficients in fixed point and bytes between the two passes.
 */
export type ResampleFilter = 'bilinear' | 'bicubic' | 'lanczos';

interface Filter {
  /** Half its width, in pixels of the larger of the two images. */
  readonly support: number;
  readonly weight: (distance: number) => number;
}

const FILTERS: Readonly<Record<ResampleFilter, Filter>> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weight: cubic },
  lanczos: { support: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Fractional bits of a coefficient: 32 bits hold a byte times a weight with room for negative weights. */
const PRECISION_BITS = 22;
const HALF = 2 ** (PRECISION_BITS - 1);

/** The source pixels that make up each target pixel. */
interface Taps {
  readonly firsts: Int32Array;
  readonly counts: Int32Array;
  /** `stride` per target pixel, in fixed point. */
  readonly weights: Int32Array;
  readonly stride: number;
}

/**
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 * @returns `image` itself if it has that size already
 */
export function resample(image: RgbImage, width: number, height: number, filter: ResampleFilter): RgbImage {
  if (!(width >= 1 && height >= 1)) throw new RangeError(`Expected a size of at least 1×1, got ${width}×${height}`);
  const { support, weight } = FILTERS[filter];
  let result = image;
  if (width !== image.width) result = scaleRows(result, taps(image.width, width, support, weight), width);
  if (height !== image.height) result = scaleColumns(result, taps(image.height, height, support, weight), height);
  return result;
}

function taps(from: number, to: number, support: number, weight: Filter['weight']): Taps {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const reach = support * stretch;
  const stride = Math.ceil(reach) * 2 + 1;
  const firsts = new Int32Array(to);
  const counts = new Int32Array(to);
  const weights = new Int32Array(to * stride);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const count = Math.min(from, Math.trunc(centre + reach + 0.5)) - first;
    const exact = Array.from({ length: count }, (_, at) => weight((at + first - centre + 0.5) / stretch));
    const sum = exact.reduce((total, one) => total + one, 0);
    exact.forEach((one, at) => {
      weights[i * stride + at] = roundAway((one / sum) * 2 ** PRECISION_BITS);
    });
    firsts[i] = first;
    counts[i] = count;
  }
  return { firsts, counts, weights, stride };
}

function scaleRows({ width: from, height, rgb }: RgbImage, taps: Taps, width: number): RgbImage {
  const { firsts, counts, weights, stride } = taps;
  const out = new Uint8Array(width * height * 3);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      let at = (y * from + firsts[x]!) * 3;
      const end = x * stride + counts[x]!;
      for (let tap = x * stride; tap < end; tap++, at += 3) {
        const weight = weights[tap]!;
        red += rgb[at]! * weight;
        green += rgb[at + 1]! * weight;
        blue += rgb[at + 2]! * weight;
      }
      out[to++] = toByte(red);
      out[to++] = toByte(green);
      out[to++] = toByte(blue);
    }
  }
  return { width, height, rgb: out };
}

function scaleColumns({ width, rgb }: RgbImage, taps: Taps, height: number): RgbImage {
  const { firsts, counts, weights, stride } = taps;
  const line = width * 3;
  const out = new Uint8Array(line * height);
  const sums = new Float64Array(line);
  for (let y = 0; y < height; y++) {
    sums.fill(HALF);
    // Whole lines at a time, so that memory is read in order.
    for (let tap = 0; tap < counts[y]!; tap++) {
      const weight = weights[y * stride + tap]!;
      const from = (firsts[y]! + tap) * line;
      for (let i = 0; i < line; i++) sums[i]! += rgb[from + i]! * weight;
    }
    for (let i = 0; i < line; i++) out[y * line + i] = toByte(sums[i]!);
  }
  return { width, height, rgb: out };
}

function toByte(fixed: number): number {
  const value = fixed >> PRECISION_BITS;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function roundAway(value: number): number {
  return Math.trunc(value < 0 ? value - 0.5 : value + 0.5);
}

/** Keys' cubic convolution with a = −0.5. */
function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
