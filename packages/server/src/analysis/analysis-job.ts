import type { Detection, Letterbox } from '@lookout/protocol';
import type { DetectOptions, ModelInfo } from '@lookout/vision';

/**
 * The picture of a job: the camera's own JPEG; a still of any format we read, which is turned upright; or pixels already laid into
 * the model's input by a capture worker.
 */
export type JobPicture =
  | { kind: 'jpeg'; jpeg: Uint8Array }
  | { kind: 'still'; bytes: Uint8Array }
  | { kind: 'rgb'; rgb: Uint8Array<ArrayBuffer>; sourceWidth: number; sourceHeight: number };

/** One trip to an analysis worker: whatever of it is asked for happens there, in this order. */
export interface AnalysisJob {
  picture: JobPicture;
  /** Absent: nothing is inferred. */
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

/** What a worker is told when it starts. */
export interface WorkerSetup {
  model: ModelInfo;
  provider: string;
  threads: number;
  /** Try on made-up pictures whether the model can score at all. */
  probe: boolean;
}

export type ToWorker = { type: 'run'; id: number; job: AnalysisJob } | { type: 'close' };

export type FromWorker =
  | { type: 'ready'; provider: string; warning?: string }
  | { type: 'failed'; code: string; message: string; hint?: string }
  | { type: 'done'; id: number; result: AnalysisResult }
  | { type: 'error'; id: number; code: string; message: string };
