import { LookoutError } from '@lookout/protocol/core';
import type { JpegLimits } from '../jpeg/jpeg-header.js';

/** @throws LookoutError `frame_invalid` when a side is 0; `frame_too_large` over `limits`. */
export function checkStillSize(width: number, height: number, limits: Readonly<JpegLimits>): void {
  if (width === 0 || height === 0) {
    throw new LookoutError('frame_invalid', `The picture can't be read: its size is ${width}×${height}`);
  }
  if (width > limits.maxSide || height > limits.maxSide || width * height > limits.maxPixels) {
    const most = `${limits.maxSide} pixels a side and ${limits.maxPixels / 1e6} megapixels`;
    throw new LookoutError('frame_too_large', `The picture is ${width}×${height}, over the limit of ${most}`, {
      hint: 'Send a smaller picture.',
    });
  }
}
