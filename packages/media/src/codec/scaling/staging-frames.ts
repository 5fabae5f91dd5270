import type { AVPixelFormat, Frame } from '../native.js';
import { createPaddedFrame } from '../native-objects.js';
import { RecentlyUsed } from '../recently-used.js';

/** A 4K picture of any layout, or a dozen of 1080p. */
export const MAX_STAGED_BYTES = 32 * 1024 * 1024;

/** A frame with its memory in view, a plane each. */
export interface StagingFrame {
  frame: Frame;
  planes: readonly Uint8Array[];
}

/**
 * Frames that decoded pictures are copied to for their pixels to be read: asked for its data, a frame keeps its memory until the
 * garbage collector comes by, so it is asked of a few that stay.
 */
export class StagingFrames {
  readonly #frames = new RecentlyUsed<StagingFrame>({
    most: MAX_STAGED_BYTES,
    weigh: ({ planes }) => planes.reduce((sum, plane) => sum + plane.length, 0),
    free: ({ frame }) => frame.free(),
  });

  /** A frame of that size and format, to be used before the next is taken. */
  take(width: number, height: number, format: AVPixelFormat): StagingFrame {
    return this.#frames.take(`${width}x${height}:${format}`, () => {
      const frame = createPaddedFrame(width, height, format);
      return { frame, planes: frame.data! };
    });
  }

  free(): void {
    this.#frames.free();
  }
}
