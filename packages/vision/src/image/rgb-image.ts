/** An image as decoded: rows from the top, three bytes a pixel. */
export interface RgbImage {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel, 0..255; `width · height · 3` long. */
  readonly rgb: Uint8Array;
}
