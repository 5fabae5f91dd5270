import type { AVPixelFormat, Frame } from '../native.js';
import { createPaddedFrame } from '../native-objects.js';

/** A 4K picture of any layout, or a dozen of 1080p. */
export const MAX_STAGED_BYTES = 32 * 1024 * 1024;

/** A frame with its memory in view, a plane each. */
export interface StagingFrame {
  frame: Frame;
  planes: readonly Uint8Array[];
}

/**
 * Frames that decoded pictures are copied to for their pixels to be read: asked for its data, a frame keeps its memory until the
 * garbage collector comes by, so it is asked of a few that stay. The one used longest ago goes first.
 */
export class StagingFrames {
  readonly #frames = new Map<string, StagingFrame>();
  #bytes = 0;

  /** A frame of that size and format, to be used before the next is taken. */
  take(width: number, height: number, format: AVPixelFormat): StagingFrame {
    const key = `${width}x${height}:${format}`;
    let staging = this.#frames.get(key);
    if (staging === undefined) {
      const frame = createPaddedFrame(width, height, format);
      staging = { frame, planes: frame.data! };
      this.#bytes += sizeOf(staging);
    } else {
      this.#frames.delete(key);
    }
    this.#frames.set(key, staging);
    for (const [oldKey, old] of this.#frames) {
      if (this.#bytes <= MAX_STAGED_BYTES || old === staging) break;
      this.#frames.delete(oldKey);
      this.#free(old);
    }
    return staging;
  }

  free(): void {
    for (const staging of this.#frames.values()) this.#free(staging);
    this.#frames.clear();
  }

  #free(staging: StagingFrame): void {
    this.#bytes -= sizeOf(staging);
    staging.frame.free();
  }
}

function sizeOf({ planes }: StagingFrame): number {
  return planes.reduce((sum, plane) => sum + plane.length, 0);
}
