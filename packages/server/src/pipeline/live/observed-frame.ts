import type { Frame } from '@lookout/media';
import type { Box } from '@lookout/protocol';
import type { TrackedObject } from '@lookout/vision';
import type { PictureSet } from './picture-set.js';

/** A part of every frame whose look is wanted, in fractions 0..1 of the frame. */
export interface WatchedSpot {
  readonly box: Box;
}

/** What an analysed frame shows, as soon as it is known; frames come in order. */
export interface ObservedFrame {
  readonly frame: Frame;
  readonly pictures: PictureSet;
  readonly objects: readonly TrackedObject[];
  /** The spots that were watched, and their looks one after another. */
  readonly spots: readonly WatchedSpot[];
  readonly looks: Uint8Array | undefined;
}
