import type { Frame } from '@lookout/media';
import type { AnalysedFrame } from './analysed-frame.js';
import type { PictureSet } from './picture-set.js';

/** A connection to a camera. */
export interface CameraConsumer {
  /** Whether it receives images and not only detections, i.e. is a viewer. */
  readonly receivesPictures: boolean;
  /** Frames per second it can use; for analyses it determines the camera's share of the workers. */
  readonly fps: number;
  /** Frames per second to read for it, if it skips some on purpose; undefined: `fps`. */
  readonly readFps?: number;
  /** The camera was removed: ends the connection with a reason. Must not throw. */
  cameraRemoved(): void;
}

/** Close reason for viewers of a removed camera. */
export const REMOVED_REASON = 'The camera was removed';

/** A consumer of analysed frames: a viewer, a JSON stream, a feed, a rule. */
export interface AnalysisConsumer extends CameraConsumer {
  /** Quality of the annotated JPEG it wants with each frame; undefined: none. */
  readonly annotatedQuality?: number | undefined;
  /** Whether it wants the original image with each frame. */
  readonly wantsOverlay: boolean;
  /**
   * Called once for every frame read, in order. `claim` requests its analysis.
   * @param possible false if the camera's own rate limit excludes this frame, so that it can only be counted
   */
  wants(frame: Frame, possible: boolean): 'claim' | 'throttled' | 'skipped';
  /** Delivers the result of a claimed frame, or of a newer one that replaced it. Must not throw. */
  deliver(analysed: AnalysedFrame): void;
}

/** A consumer of every frame as it arrives, analysed or not. */
export interface PictureConsumer extends CameraConsumer {
  /** Called once for every frame read, in order. */
  wantsPicture(frame: Frame): boolean;
  deliverPicture(pictures: PictureSet, latest: AnalysedFrame | undefined): void;
}
