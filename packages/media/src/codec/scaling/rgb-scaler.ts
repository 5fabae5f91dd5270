import type { Frame } from '../native.js';

/**
 * Scales frames of one size and format to RGB24 of one size: each pixel of the two nearest of each axis, centres aligned, whatever
 * the ratio, as OpenCV's `INTER_LINEAR` and TensorFlow's `ResizeBilinear` do, which models are trained and published with.
 */
export interface RgbScaler {
  /**
   * Writes the result's rows, `strideBytes` apart from `offset` on; what lies between them is left as it is.
   * @param planes the memory of `source`, where it is in view: it is copied otherwise.
   */
  scale(source: Frame, out: Uint8Array, offset: number, strideBytes: number, planes?: readonly Uint8Array[]): void;
  free(): void;
}
