import type { Frame } from '../native.js';

/**
 * Scales frames of one size and format to RGB of one size: each pixel of the two nearest of each axis, centres aligned, whatever
 * the ratio, as OpenCV's `INTER_LINEAR` and TensorFlow's `ResizeBilinear` do, which models are trained and published with.
 */
export interface RgbScaler {
  /**
   * Writes the result's rows, R G B R G B … of 0..255, `stride` numbers apart from `offset` on; what lies between them is left as
   * it is. @param planes the memory of `source`, where it is in view: it is copied otherwise.
   */
  scale(source: Frame, out: Float32Array, offset: number, stride: number, planes?: readonly Uint8Array[]): void;
  free(): void;
}
