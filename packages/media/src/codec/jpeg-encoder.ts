import type { OpenFrame } from './native-objects.js';

/** Makes JPEGs of 4:2:0 for one thread. */
export interface JpegEncoder {
  /** @param picture of full-range 4:2:0. @param quality 30..95, as libjpeg counts it. The caller owns the result. */
  encode(picture: OpenFrame, quality: number): Uint8Array<ArrayBuffer>;
  free(): void;
}
