import { LookoutError } from '@lookout/protocol/core';
import type { EncodedImage, Segmenter } from '@lookout/vision';
import type { FrozenPicture } from './task-models.js';

/** Callers release images that they no longer need; if they don't, the oldest is dropped. */
const MAX_IMAGES = 8;

/** Encoded images kept by the thread, by handle. */
export class FrozenImages {
  readonly #images = new Map<number, { segmenter: Segmenter; encoded: EncodedImage }>();
  #lastHandle = 0;

  add(segmenter: Segmenter, encoded: EncodedImage): FrozenPicture {
    const handle = ++this.#lastHandle;
    this.#images.set(handle, { segmenter, encoded });
    for (const oldest of this.#images.keys()) {
      if (this.#images.size <= MAX_IMAGES) break;
      this.#images.delete(oldest);
    }
    const { width, height, bytes } = encoded;
    return { handle, width, height, bytes };
  }

  /** @throws LookoutError `segment_gone`, also if another model encoded it */
  of(segmenter: Segmenter, handle: number): EncodedImage {
    const image = this.#images.get(handle);
    if (image?.segmenter === segmenter) return image.encoded;
    this.#images.delete(handle);
    throw new LookoutError('segment_gone', 'The frozen picture is no longer kept', { hint: 'Freeze it again.' });
  }

  remove(handle: number): void {
    this.#images.delete(handle);
  }
}
