import type { Frame } from '@lookout/media';
import type { AnalysedFrame } from './analysed-frame.js';
import type { PictureSet } from './picture-set.js';

/** Somebody connected to a camera. */
export interface CameraConsumer {
  /** Whether it is a viewer: it is sent pictures, not only what is found in them. */
  readonly receivesPictures: boolean;
  /** Frames a second it can use; for analyses it sets the camera's share of the machine. */
  readonly fps: number;
  /** Frames a second that must be read for that, where it skips some on purpose; absent: as many as `fps`. */
  readonly readFps?: number;
  /** The camera is taken away for good and delivers nothing any more: ends the connection, and says why. Must not throw. */
  cameraRemoved(): void;
}

/** What a viewer of a removed camera is told. */
export const REMOVED_REASON = 'The camera was removed';

/** Somebody who wants analysed frames of a camera: a viewer, a JSON stream, a feed, a rule. */
export interface AnalysisConsumer extends CameraConsumer {
  /** Quality of the annotated JPEG it wants with each frame; absent: none. */
  readonly annotatedQuality?: number | undefined;
  /** Whether it wants the untouched picture with each frame. */
  readonly wantsOverlay: boolean;
  /**
   * Asked once for every frame read, in order. `claim`: analyse this one for me.
   * @param possible false where the camera's own limit forbids this frame: it can only be counted.
   */
  wants(frame: Frame, possible: boolean): 'claim' | 'throttled' | 'skipped';
  /** Gets the result of a frame it claimed (or of a newer one that took its place). Must not throw. */
  deliver(analysed: AnalysedFrame): void;
}

/** Somebody who wants every frame as it comes, analysed or not. */
export interface PictureConsumer extends CameraConsumer {
  /** Asked once for every frame read, in order. */
  wantsPicture(frame: Frame): boolean;
  deliverPicture(pictures: PictureSet, latest: AnalysedFrame | undefined): void;
}
