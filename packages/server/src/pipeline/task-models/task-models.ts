import type { Box, SegmentMask } from '@lookout/protocol';
import type {
  MaskPrompt,
  OpenDetection,
  OpenDetectOptions,
  OtherTask,
  TaskModelInfo,
  TextQueries,
} from '@lookout/vision';

/**
 * Whoever waits comes first; then crops of tracks, then whole frames. One job runs at a time, beside live detection and with less right
 * to the processor.
 */
export type JobPriority = 'interactive' | 'track' | 'open';

export interface JobOptions {
  /** Default: interactive. */
  readonly priority?: JobPriority;
  /** Withdraws a job that has not begun. */
  readonly signal?: AbortSignal | undefined;
}

/** A picture in any supported format, as it was received. */
export type EncodedPicture = Uint8Array;

/** A frozen picture, encoded in the worker, by its number. */
export interface FrozenPicture {
  readonly handle: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Memory it takes. */
  readonly bytes: number;
}

/**
 * The models for tasks beside the detection of known classes, run in a thread of their own.
 * All methods reject with LookoutError `no_model_for_this` if there is no model for the task (the hint names one to pull), `too_many_requests`
 * if too many jobs wait, and what the model itself throws.
 */
export interface TaskModels {
  /** The chosen model of a task; undefined: there is none. */
  model(task: OtherTask): TaskModelInfo | undefined;
  /** @throws LookoutError `no_model_for_this` */
  require(task: OtherTask): TaskModelInfo;
  /** How the embedding model turns a cosine into a logit. */
  logit(): Promise<{ scale: number; bias: number }>;
  /** L2-normalised. The text side is closed once nobody has used it for a while. */
  embedTexts(texts: readonly string[], options?: JobOptions): Promise<Float32Array[]>;
  /** Parts of a picture, each with what it needs around it. @param boxes pixels of the picture */
  embedCrops(picture: EncodedPicture, boxes: readonly Box[], options?: JobOptions): Promise<Float32Array[]>;
  /** Whole pictures. */
  embedPictures(pictures: readonly EncodedPicture[], options?: JobOptions): Promise<Float32Array[]>;
  /** The brightness of a grid of cells of a picture, as `GLANCE` says. Needs no model. */
  glance(picture: EncodedPicture, options?: JobOptions): Promise<Uint8Array>;
  encodeQueries(texts: readonly string[], options?: JobOptions): Promise<TextQueries>;
  openDetect(
    picture: EncodedPicture,
    queries: TextQueries,
    detect: OpenDetectOptions,
    options?: JobOptions,
  ): Promise<{ detections: OpenDetection[]; width: number; height: number }>;
  /** Encodes a picture for `masks`. Release it. */
  freeze(picture: EncodedPicture, options?: JobOptions): Promise<FrozenPicture>;
  /** @throws LookoutError `segment_gone` if it was released, or the model or the worker is another one */
  masks(handle: number, prompt: MaskPrompt): Promise<SegmentMask[]>;
  release(handle: number): void;
  /** Another model was chosen for a task, or none. @returns a function that ends it */
  onChange(listener: (task: OtherTask) => void): () => void;
  close(): Promise<void>;
}
