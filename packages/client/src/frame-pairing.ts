import type { ViewedFrameMetadata } from '@lookout/protocol';

/** A frame as it came: what is known about it, and its JPEG. */
export interface PairedFrame {
  meta: ViewedFrameMetadata;
  jpeg: Uint8Array<ArrayBuffer>;
}

/**
 * Puts text and binary messages of one socket back together. A metadata message belongs to the binary message right after it; a
 * half that lost its other half is dropped and counted, and never attached to a stranger.
 */
export class FramePairing {
  #waiting: ViewedFrameMetadata | undefined;
  /** Metadata that no picture followed. */
  withoutPicture = 0;
  /** Pictures that no metadata preceded. */
  withoutMetadata = 0;

  /** @param meta a message of type `frame_metadata` */
  metadata(meta: ViewedFrameMetadata): void {
    if (this.#waiting) this.withoutPicture++;
    this.#waiting = meta;
  }

  /** @returns the whole frame, or undefined for a picture without metadata */
  picture(bytes: ArrayBuffer): PairedFrame | undefined {
    const meta = this.#waiting;
    this.#waiting = undefined;
    if (!meta) {
      this.withoutMetadata++;
      return undefined;
    }
    return { meta, jpeg: new Uint8Array(bytes) };
  }

  /** Forgets a half that waits: a new socket begins. */
  reset(): void {
    if (this.#waiting) this.withoutPicture++;
    this.#waiting = undefined;
  }
}
