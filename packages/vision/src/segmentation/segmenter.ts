import type { Box } from '@lookout/protocol';
import type { RgbImage } from '../image/rgb-image.js';
import type { TaskModelInfo } from '../tasks/task-model.js';

/** What somebody points at. Pixels of the image. */
export interface MaskPrompt {
  /** x, y and 1 for what belongs to the object, 0 for what does not. */
  readonly points: readonly (readonly [x: number, y: number, label: 0 | 1])[];
  readonly box?: Box;
}

/** A possible mask of the object, of the size of the image. */
export interface MaskCandidate {
  /** One byte a pixel, rows from the top: 1 inside, 0 outside. */
  readonly mask: Uint8Array;
  /** The model's own estimate of how good it is, 0..1. */
  readonly score: number;
}

/** An image that the model has looked at once, to be asked about many times. */
export interface EncodedImage {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Memory it takes. */
  readonly bytes: number;
}

/** Cuts objects out of images. Calls must not overlap. */
export interface Segmenter {
  readonly info: TaskModelInfo;
  /** What it can be asked with. */
  readonly takes: { readonly points: boolean; readonly box: boolean };
  /** The slow part. @throws LookoutError `inference_failed` */
  encode(image: RgbImage): Promise<EncodedImage>;
  /**
   * @param encoded of this segmenter
   * @returns candidates, best first; none if the model finds nothing there
   * @throws LookoutError `validation_failed` for a prompt that it does not take or that lies outside the image; `inference_failed`
   */
  masks(encoded: EncodedImage, prompt: MaskPrompt): Promise<MaskCandidate[]>;
  close(): Promise<void>;
}
