import type { Frame } from '../native.js';

/**
 * How a picture is brought to the model's size. `bilinear`: the two nearest pixels of each axis, centres aligned, whatever the
 * ratio, as OpenCV's `INTER_LINEAR` and TensorFlow's `ResizeBilinear` do, which models are trained and published with. `area`:
 * the mean of all that is merged; calmer where a picture shrinks a lot, but a model sees it otherwise.
 */
export type Scaling = 'bilinear' | 'area';

/** Scales frames of one size and format to RGB24 of one size. */
export interface RgbScaler {
  /** The result of the last `scale`, a view that is valid until the next one of any scaler of its thread. */
  readonly pixels: Uint8Array;
  readonly strideBytes: number;
  scale(source: Frame): void;
  free(): void;
}
