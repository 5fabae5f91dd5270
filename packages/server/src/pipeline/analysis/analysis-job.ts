import type { Detection, Letterbox, LookoutErrorOptions } from '@lookout/protocol';
import type { DetectOptions, ModelInfo } from '@lookout/vision';
import type { TensorDeclaration } from '@lookout/vision/detector';
import type { InferAnswer, InferJob } from '../../platform/kserve/infer-tensors.js';

/**
 * The picture of a job: the camera's own JPEG; a still of any format we read, which is turned upright; or pixels already laid into
 * the model's input by a capture worker.
 */
export type JobPicture =
  | { kind: 'jpeg'; jpeg: Uint8Array }
  | { kind: 'still'; bytes: Uint8Array }
  | { kind: 'rgb'; rgb: Float32Array<ArrayBuffer>; sourceWidth: number; sourceHeight: number };

/** One trip to an analysis worker: whatever of it is asked for happens there, in this order. */
export interface AnalysisJob {
  picture: JobPicture;
  /** Absent: nothing is inferred. By which model says who gives the job to a worker: a reservation is for one. */
  detect?: { letterbox: Letterbox; options: DetectOptions };
  /** JPEGs wanted of the whole picture (a `jpeg` picture only). */
  encode?: Drawing;
  /** Keep the decoded picture (a `jpeg` picture only): it is drawn on once the tracker has decided what is shown. */
  keepPicture?: boolean;
}

/** The whole picture with these boxes burnt in, as a JPEG of each quality (30..95). */
export interface Drawing {
  detections: readonly Detection[];
  /** Of the frame: how new objects are; absent: all are, as those of a single image. */
  timestampMs?: number;
  qualities: readonly number[];
}

export interface DrawnPicture {
  jpegs: Array<{ quality: number; jpeg: Uint8Array<ArrayBuffer> }>;
  drawMs: number;
  encodeMs: number;
}

interface JobResult extends DrawnPicture {
  /** As `packDetections` packs them, highest score first. */
  packed: Float32Array<ArrayBuffer>;
  decodeMs: number;
  inferMs: number;
}

/** What a worker answers to a job. */
export interface WorkerResult extends JobResult {
  /** The number under which it keeps the picture, where the job asked for that. */
  kept?: number;
}

/** What comes of a job. */
export interface AnalysisResult extends JobResult {
  picture?: KeptPicture;
}

/** A decoded picture that its worker keeps. The worker takes no other job until the picture is drawn or released. */
export interface KeptPicture {
  /** Once. @throws LookoutError when the worker ended. */
  draw(drawing: Drawing): Promise<DrawnPicture>;
  /** Does nothing after `draw`. Idempotent. */
  release(): void;
}

/** A model as a worker is to open it. */
export interface ModelSetup {
  model: ModelInfo;
  /** Execution provider of ONNX Runtime. */
  provider: string;
  /** Threads of one inference. */
  threads: number;
  /** Of the devices that stand one worker at a time. */
  lock: SharedArrayBuffer;
  /** Find out by trying what is not known of the model: what its device makes of it, and whether a remote one is read rightly. */
  probe: boolean;
}

/** What a worker found out when it opened a model. */
export interface OpenedModel {
  name: string;
  /** The execution provider in use. */
  provider: string;
  /** What its owner should know: it will most likely never find anything, say. */
  warning?: string | undefined;
  /** Pictures of one input size that are best taken in one run, where that was measured: 1, none. */
  together?: number;
  /** What its graph takes and gives. */
  inputs: readonly TensorDeclaration[];
  outputs: readonly TensorDeclaration[];
}

/** An error on its way between threads. */
export interface SentError {
  code: string;
  message: string;
  hint?: string | undefined;
  errors?: LookoutErrorOptions['errors'];
}

/** What became of one of several jobs. */
export type JobOutcome = { result: WorkerResult } | { error: SentError };

/** What a worker is told when it starts. */
export interface WorkerSetup {
  /** The models it opens before it is ready. */
  models: ModelSetup[];
  /** An Int32 that it raises by one as a model begins a run, and again as the run ends: odd while one goes on. */
  runs: SharedArrayBuffer;
}

/** Everything but `release` and `close` is answered by `done` or `error`. A worker has one job at a time, or the pictures of one to draw. */
export type ToWorker =
  | { type: 'run'; id: number; job: AnalysisJob; model: string | undefined }
  | { type: 'run-together'; id: number; jobs: AnalysisJob[]; model: string }
  | { type: 'draw'; id: number; picture: number; drawing: Drawing }
  | { type: 'release'; picture: number }
  | { type: 'infer'; id: number; job: InferJob; model: string }
  | { type: 'open'; id: number; setup: ModelSetup }
  | { type: 'drop'; id: number; model: string }
  | { type: 'close' };

export type FromWorker =
  /** While it starts, before each model. */
  | { type: 'opening'; name: string }
  | { type: 'ready'; opened: OpenedModel[]; failed: Array<SentError & { name: string }> }
  | {
      type: 'done';
      id: number;
      value: WorkerResult | JobOutcome[] | DrawnPicture | InferAnswer | OpenedModel | undefined;
    }
  | ({ type: 'error'; id: number } & SentError);
