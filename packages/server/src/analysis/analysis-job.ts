import type { Detection, Letterbox, LookoutErrorOptions } from '@lookout/protocol';
import type { DetectOptions, ModelInfo } from '@lookout/vision';
import type { TensorDeclaration } from '@lookout/vision/detector';
import type { InferAnswer, InferJob } from '../kserve/infer-tensors.js';

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
  encode?: {
    qualities: number[];
    /** Burn boxes in: those just detected that reach this score. */
    drawFrom?: number;
    /** Or these. */
    detections?: Detection[];
  };
}

export interface AnalysisResult {
  /** As `packDetections` packs them, highest score first. */
  packed: Float32Array<ArrayBuffer>;
  /** Asked-for JPEGs by quality. */
  jpegs: Array<{ quality: number; jpeg: Uint8Array<ArrayBuffer> }>;
  decodeMs: number;
  inferMs: number;
  drawMs: number;
  encodeMs: number;
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
  /** Try on made-up pictures whether the model can score at all. */
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
export type JobOutcome = { result: AnalysisResult } | { error: SentError };

/** What a worker is told when it starts: the models it opens before it is ready. */
export interface WorkerSetup {
  models: ModelSetup[];
}

/** Everything but `close` is answered by `done` or `error`; a worker is asked one thing at a time. */
export type ToWorker =
  | { type: 'run'; id: number; job: AnalysisJob; model: string | undefined }
  | { type: 'run-together'; id: number; jobs: AnalysisJob[]; model: string }
  | { type: 'infer'; id: number; job: InferJob; model: string }
  | { type: 'open'; id: number; setup: ModelSetup }
  | { type: 'drop'; id: number; model: string }
  | { type: 'close' };

export type FromWorker =
  | { type: 'ready'; opened: OpenedModel[]; failed: Array<SentError & { name: string }> }
  | { type: 'done'; id: number; value: AnalysisResult | JobOutcome[] | InferAnswer | OpenedModel | undefined }
  | ({ type: 'error'; id: number } & SentError);
