import type { AVPixelFormat } from '../native.js';
import { createOpenFrame, MOST_PADDING, type OpenFrame } from '../native-objects.js';
import { RecentlyUsed } from '../recently-used.js';

/** A 4K picture of any layout, or a dozen of 1080p. */
export const MAX_STAGED_BYTES = 32 * 1024 * 1024;

/** Whether an open frame of that size, whatever its layout, is small enough to be kept. */
export function canBeKeptOpen({ width, height }: { width: number; height: number }): boolean {
  return 3 * (width + MOST_PADDING) * height <= MAX_STAGED_BYTES;
}

/** Frames that decoded pictures are copied to for their pixels to be read. */
export class StagingFrames {
  readonly #frames = new RecentlyUsed<OpenFrame>({
    most: MAX_STAGED_BYTES,
    weigh: ({ planes }) => planes.reduce((sum, plane) => sum + plane.length, 0),
    free: ({ frame }) => frame.free(),
  });

  /** A frame of that size and format, to be used before the next is taken. */
  take(width: number, height: number, format: AVPixelFormat): OpenFrame {
    return this.#frames.take(`${width}x${height}:${format}`, () => createOpenFrame(width, height, format));
  }

  free(): void {
    this.#frames.free();
  }
}
