import type { Box } from '@lookout/protocol';
import type { RgbImage } from '../image/rgb-image.js';
import type { TaskModelInfo } from '../tasks/task-model.js';

/** Texts as the detector takes them, encoded once. Plain data, for the model with this checksum alone. */
export interface TextQueries {
  readonly texts: readonly string[];
  /** One row per text. */
  readonly vectors: readonly Float32Array[];
}

export interface OpenDetection {
  /** Pixels of the image. */
  readonly bbox: Box;
  /** 0..1; not comparable between texts. */
  readonly score: number;
  /** Index in the texts. */
  readonly query: number;
}

export interface OpenDetectOptions {
  /** Lowest score kept, 0..1. These models' scores are low: 0.01 may be a find. */
  readonly confidence: number;
  /** IoU above which boxes of one text are merged. */
  readonly iou: number;
  readonly maxDetections: number;
}

/** Finds what texts describe. Calls must not overlap. */
export interface OpenDetector {
  readonly info: TaskModelInfo;
  /** @throws LookoutError `model_unsupported` if the model has no text side, so that its texts are fixed; `inference_failed` */
  encodeTexts(texts: readonly string[]): Promise<TextQueries>;
  /** Frees the text side; `encodeTexts` opens it again. */
  closeText(): Promise<void>;
  /** Best first. @throws LookoutError `inference_failed` */
  detect(image: RgbImage, queries: TextQueries, options: OpenDetectOptions): Promise<OpenDetection[]>;
  close(): Promise<void>;
}
