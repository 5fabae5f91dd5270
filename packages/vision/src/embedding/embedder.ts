import type { RgbImage } from '../image/rgb-image.js';
import type { TaskModelInfo } from '../tasks/task-model.js';

/**
 * Turns texts and images into vectors of one space, where what belongs together is close. Calls must not overlap.
 * All vectors are L2-normalised, so that a dot product is a cosine.
 */
export interface Embedder {
  readonly info: TaskModelInfo;
  /** Length of the vectors. */
  readonly dimension: number;
  /**
   * How the model itself turns a cosine into a logit, `scale · cosine + bias`: CLIP 100 and 0, SigLIP its own. Contrasts are compared as
   * logits, so that a margin means the same for every model.
   */
  readonly logit: { readonly scale: number; readonly bias: number };
  /**
   * Opens the text side if it is closed. Text beyond the model's length is cut at the end.
   * @throws LookoutError `inference_failed`
   */
  embedTexts(texts: readonly string[]): Promise<Float32Array[]>;
  /** Frees the text side, which is often the larger one; `embedTexts` opens it again. */
  closeText(): Promise<void>;
  /** Whole images, prepared as the model's authors do. @throws LookoutError `inference_failed` */
  embedImages(images: readonly RgbImage[]): Promise<Float32Array[]>;
  close(): Promise<void>;
}
