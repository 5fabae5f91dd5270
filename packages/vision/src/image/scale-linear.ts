import type { RgbImage } from './rgb-image.js';

/**
 * Scales images by linear interpolation between pixel centres, in floating point: like OpenCV's `INTER_LINEAR` or, with a blur before
 * scaling down, `skimage.transform.resize`. For Pillow's scaling see `resample`.
 */
export interface LinearOptions {
  /** Grey canvas of this size, with the image in its top left corner; default: no canvas. */
  readonly canvas?: { readonly width: number; readonly height: number; readonly level: number };
  /** Beyond the edge: its pixel repeated (OpenCV), or the pixels before it in reverse (scipy's `mirror`). Default clamp. */
  readonly border?: 'clamp' | 'mirror';
  /** Blur before scaling down, as skimage's `anti_aliasing` does. Default false. */
  readonly antiAliasing?: boolean;
}

/** The source pixels that make up each target pixel along one axis: `stride` weights from `firsts` on. */
interface Taps {
  readonly firsts: Int32Array;
  readonly weights: Float32Array;
  readonly stride: number;
}

/** Standard deviations at which scipy truncates a Gaussian. */
const TRUNCATE = 4;

/**
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 * @returns levels 0..255, `height · width · 3`, row-major
 */
export function scaleLinear(image: RgbImage, width: number, height: number, options: LinearOptions = {}): Float32Array {
  if (!(width >= 1 && height >= 1)) throw new RangeError(`Expected a size of at least 1×1, got ${width}×${height}`);
  const { canvas = { ...image, level: 0 } } = options;
  const rows = scaleRows(image, width, axisTaps(canvas.width, width, options), canvas.level);
  return scaleColumns(rows, image.height, width, height, axisTaps(canvas.height, height, options), canvas.level);
}

function axisTaps(from: number, to: number, { border = 'clamp', antiAliasing = false }: LinearOptions): Taps {
  const scale = from / to;
  const kernel = gaussian(antiAliasing ? Math.max(0, (scale - 1) / 2) : 0);
  const radius = (kernel.length - 1) / 2;
  const stride = Math.min(2 * radius + 2, from);
  const firsts = new Int32Array(to);
  const weights = new Float32Array(to * stride);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale - 0.5;
    const low = Math.floor(centre);
    const first = Math.min(Math.max(low - radius, 0), from - stride);
    firsts[i] = first;
    for (let side = 0; side <= 1; side++) {
      const share = side === 1 ? centre - low : 1 - (centre - low);
      for (let k = -radius; k <= radius; k++) {
        const at = border === 'clamp' ? clamped(low + side + k, from) : mirrored(low + side + k, from);
        weights[i * stride + at - first]! += share * kernel[k + radius]!;
      }
    }
  }
  return { firsts, weights, stride };
}

function gaussian(sigma: number): number[] {
  const radius = Math.trunc(TRUNCATE * sigma + 0.5);
  if (radius === 0) return [1];
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function clamped(at: number, size: number): number {
  return Math.min(Math.max(at, 0), size - 1);
}

/** The edge pixel itself is not repeated. */
function mirrored(at: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const within = ((at % period) + period) % period;
  return within < size ? within : period - within;
}

function scaleRows({ width: from, height, rgb }: RgbImage, width: number, taps: Taps, level: number): Float32Array {
  const { firsts, weights, stride } = taps;
  const out = new Float32Array(width * height * 3);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [red, green, blue] = [0, 0, 0];
      for (let tap = 0; tap < stride; tap++) {
        const weight = weights[x * stride + tap]!;
        const source = firsts[x]! + tap;
        const at = (y * from + source) * 3;
        const inside = source < from;
        red += weight * (inside ? rgb[at]! : level);
        green += weight * (inside ? rgb[at + 1]! : level);
        blue += weight * (inside ? rgb[at + 2]! : level);
      }
      out[to++] = red;
      out[to++] = green;
      out[to++] = blue;
    }
  }
  return out;
}

function scaleColumns(
  rows: Float32Array,
  from: number,
  width: number,
  height: number,
  { firsts, weights, stride }: Taps,
  level: number,
): Float32Array {
  const line = width * 3;
  const out = new Float32Array(line * height);
  for (let y = 0; y < height; y++) {
    const to = y * line;
    // Whole lines at a time, so that memory is read in order.
    for (let tap = 0; tap < stride; tap++) {
      const weight = weights[y * stride + tap]!;
      const source = firsts[y]! + tap;
      if (source >= from) for (let i = 0; i < line; i++) out[to + i]! += weight * level;
      else for (let i = 0; i < line; i++) out[to + i]! += weight * rows[source * line + i]!;
    }
  }
  return out;
}
