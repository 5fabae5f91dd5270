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
 * Jobs that a user waits for come first, then crops of tracks, then whole frames. One job runs at a time, beside live detection and at a
 * lower CPU priority.
 */
export type JobPriority = 'interactive' | 'track' | 'open';

export interface JobOptions {
  /** Default: interactive. */
  readonly priority?: JobPriority;
  /** Cancels a job that has not started. */
  readonly signal?: AbortSignal | undefined;
}

/** An image in any supported format, as received. */
export type EncodedPicture = Uint8Array;

/** Handle of a frozen picture, which is encoded in the worker. */
export interface FrozenPicture {
  readonly handle: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Memory used. */
  readonly bytes: number;
}

/**
 * The models for tasks other than detecting known classes, which run in their own thread.
 * All methods reject with LookoutError `no_model_for_this` if there is no model for the task (the hint names one to pull),
 * `too_many_requests` if too many jobs are waiting, and the model's own errors.
 */
export interface TaskModels {
  /** The model chosen for a task; undefined: none. */
  model(task: OtherTask): TaskModelInfo | undefined;
  /** @throws LookoutError `no_model_for_this` */
  require(task: OtherTask): TaskModelInfo;
  /** How the embedding model turns a cosine into a logit. */
  logit(): Promise<{ scale: number; bias: number }>;
  /** L2-normalised. The text encoder is closed after a while without use. */
  embedTexts(texts: readonly string[], options?: JobOptions): Promise<Float32Array[]>;
  /** Embeds parts of an image, each with some context. @param boxes in pixels of the upright image */
  embedCrops(picture: EncodedPicture, boxes: readonly Box[], options?: JobOptions): Promise<Float32Array[]>;
  /** Embeds whole images. */
  embedPictures(pictures: readonly EncodedPicture[], options?: JobOptions): Promise<Float32Array[]>;
  /** Brightness of an image in the cells of `GLANCE`. Needs no model. */
  glance(picture: EncodedPicture, options?: JobOptions): Promise<Uint8Array>;
  encodeQueries(texts: readonly string[], options?: JobOptions): Promise<TextQueries>;
  openDetect(
    picture: EncodedPicture,
    queries: TextQueries,
    detect: OpenDetectOptions,
    options?: JobOptions,
  ): Promise<{ detections: OpenDetection[]; width: number; height: number }>;
  /** Encodes an image for `masks`. Callers must release it. */
  freeze(picture: EncodedPicture, options?: JobOptions): Promise<FrozenPicture>;
  /** @throws LookoutError `segment_gone` if it was released, or the model or worker was replaced */
  masks(handle: number, prompt: MaskPrompt): Promise<SegmentMask[]>;
  release(handle: number): void;
  /** Called when the model of a task changes, also to none. @returns a function that unsubscribes */
  onChange(listener: (task: OtherTask) => void): () => void;
  close(): Promise<void>;
}
