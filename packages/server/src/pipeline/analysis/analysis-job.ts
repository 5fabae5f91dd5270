import type { Overlay } from '@lookout/media';
import type { Box, Letterbox, LookoutErrorOptions } from '@lookout/protocol';
import type { DetectOptions, ModelInfo } from '@lookout/vision';
import type { TensorDeclaration } from '@lookout/vision/detector';
import type { InferAnswer, InferJob } from '../../platform/kserve/infer-tensors.js';
import type { EncodedMessage } from '../../platform/kserve/message.js';
import type { KServeAnswer } from '../../platform/remote-models/kserve-client.js';

/**
 * Image of a job: the camera's own JPEG; a still image in any supported format, which is turned upright; or pixels that a
 * capture worker has already laid out in the model's input.
 */
export type JobPicture =
  | { kind: 'jpeg'; jpeg: Uint8Array }
  | { kind: 'still'; bytes: Uint8Array }
  | { kind: 'rgb'; rgb: Float32Array<ArrayBuffer>; sourceWidth: number; sourceHeight: number };

/** One job for an analysis worker. The requested steps run in the order of these fields. */
export interface AnalysisJob {
  picture: JobPicture;
  /** Undefined: no inference. The model is chosen by the reservation. */
  detect?: { letterbox: Letterbox; options: DetectOptions };
  /**
   * Parts of the image to describe by their look (not of `still` jobs): pixels of the image before it is laid out. With `detect`,
   * the letterbox is the same.
   */
  looks?: { letterbox: Letterbox; boxes: readonly Box[] };
  /** JPEGs to make of the whole image (`jpeg` jobs only). */
  encode?: Drawing;
  /** Keep the decoded image (`jpeg` jobs only), to draw on it once the tracker has decided which boxes are shown. */
  keepPicture?: boolean;
}

/** The image with an overlay burnt in, as one JPEG per quality (30..95). */
export interface Drawing extends Overlay {
  qualities: readonly number[];
  /** The part of the image to encode, pixels; absent: all of it. */
  crop?: Box;
  /** Longer side of the JPEGs, pixels; larger images are scaled down. */
  maxSide?: number;
}

export interface DrawnPicture {
  jpegs: Array<{ quality: number; jpeg: Uint8Array<ArrayBuffer> }>;
  drawMs: number;
  encodeMs: number;
}

interface JobResult extends DrawnPicture {
  /** Packed by `packDetections`, highest score first. */
  packed: Float32Array<ArrayBuffer>;
  /** One after another, of `LOOK_LENGTH` bytes each; undefined if none were asked for. */
  looks?: Uint8Array<ArrayBuffer>;
  decodeMs: number;
  inferMs: number;
}

/** A worker's reply to a job. */
export interface WorkerResult extends JobResult {
  /** Number of the kept image, if the job asked to keep it. */
  kept?: number;
}

/** Result of a job. */
export interface AnalysisResult extends JobResult {
  picture?: KeptPicture;
}

/** A decoded image kept by its worker. The worker takes no other job until the image is drawn or released. */
export interface KeptPicture {
  /** Call once. @throws LookoutError if the worker has ended. */
  draw(drawing: Drawing): Promise<DrawnPicture>;
  /** Does nothing after `draw`. Idempotent. */
  release(): void;
}

/** How a worker opens a model. */
export interface ModelSetup {
  model: ModelInfo;
  /** Execution provider of ONNX Runtime. */
  provider: string;
  /** Threads per inference. */
  threads: number;
  /** Lock for devices that allow one worker at a time. */
  lock: SharedArrayBuffer;
  /**
   * Probe the model: how many images the device runs best together, and whether a remote model's outputs are decoded correctly.
   */
  probe: boolean;
}

/** What a worker learned when it opened a model. */
export interface OpenedModel {
  name: string;
  /** The execution provider in use. */
  provider: string;
  /** Warning for the operator, e.g. that the model will probably never detect anything. */
  warning?: string | undefined;
  /** Best number of images of one input size per run; 1 if not measured. */
  together?: number;
  /** Tensors of the model's graph. */
  inputs: readonly TensorDeclaration[];
  outputs: readonly TensorDeclaration[];
}

/** An error as sent between threads. */
export interface SentError {
  code: string;
  message: string;
  hint?: string | undefined;
  errors?: LookoutErrorOptions['errors'];
}

/** A request to the servers of a remote model, sent by the main thread for a worker. */
export interface RemoteRequest {
  /** Of the worker, to tell the answer to. */
  ask: number;
  message: EncodedMessage;
}

/** Outcome of one of several jobs. */
export type JobOutcome = { result: WorkerResult } | { error: SentError };

/** Start-up parameters of a worker. */
export interface WorkerSetup {
  /** Models to open before the worker is ready. */
  models: ModelSetup[];
  /**
   * An Int32 counter that the worker increments when a model run begins and again when it ends: odd while a run is in progress.
   */
  runs: SharedArrayBuffer;
}

/**
 * All messages but `release`, `answer` and `close` are answered by `done` or `error`. A worker handles one job, or the drawings of
 * one job, at a time; jobs that wait for another server do not count.
 */
export type ToWorker =
  | { type: 'run'; id: number; job: AnalysisJob; model: string | undefined }
  | { type: 'run-together'; id: number; jobs: AnalysisJob[]; model: string }
  | { type: 'draw'; id: number; picture: number; drawing: Drawing }
  | { type: 'release'; picture: number }
  | { type: 'infer'; id: number; job: InferJob; model: string }
  | { type: 'open'; id: number; setup: ModelSetup }
  | { type: 'drop'; id: number; model: string }
  | { type: 'answer'; ask: number; answer: KServeAnswer | SentError }
  | { type: 'close' };

export type FromWorker =
  /** Sent before each model is opened during start-up. */
  | { type: 'opening'; name: string }
  | { type: 'ready'; opened: OpenedModel[]; failed: Array<SentError & { name: string }> }
  | {
      type: 'done';
      id: number;
      value: WorkerResult | JobOutcome[] | DrawnPicture | InferAnswer | OpenedModel | undefined;
    }
  | ({ type: 'error'; id: number } & SentError)
  /** Until it is answered, the worker takes other jobs. */
  | ({ type: 'ask' } & RemoteRequest)
  /** The answer to a request was read, or can't be: then another may follow. */
  | { type: 'read'; ask: number; error?: SentError };
