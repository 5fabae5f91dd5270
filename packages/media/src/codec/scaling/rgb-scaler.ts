import type { Frame } from '../native.js';

/**
 * Scales frames of one size and format to RGB24 of one size: each pixel of the two nearest of each axis, centres aligned, whatever
 * the ratio, as OpenCV's `INTER_LINEAR` and TensorFlow's `ResizeBilinear` do, which models are trained and published with.
 */
export interface RgbScaler {
  /** The result of the last `scale`, a view that is valid until the next one of any scaler of its thread. */
  readonly pixels: Uint8Array;
  readonly strideBytes: number;
  scale(source: Frame): void;
  free(): void;
}
