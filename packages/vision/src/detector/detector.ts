import type { Detection, Letterbox } from '@lookout/protocol';
import type { ModelInfo } from '../model-info/model-info.js';

export interface DetectOptions {
  /** Lowest score kept, 0..1. */
  confidence: number;
  /** Boxes of one class that overlap by more than this IoU count as one object, 0..1. Models without NMS ignore it. */
  iou: number;
  /** Boxes of different classes that overlap by more than this IoU count as one object, 0..1; absent, or 1: none do. */
  crossClassIou?: number;
  maxDetections: number;
  /** Class ids wanted; absent: all. */
  classIds?: ReadonlySet<number>;
}

export interface DetectResult {
  /** Boxes in source pixels, clipped to the source, highest score first. */
  detections: Detection[];
  /** Highest score among the requested classes, as returned by the model: it may exceed 1. 0 if there is none. */
  topScore: number;
  /** Time spent in ONNX Runtime alone. */
  inferMs: number;
}

/** One call of `detect`. */
export interface DetectTask {
  rgb: Float32Array;
  letterbox: Letterbox;
  sourceWidth: number;
  sourceHeight: number;
  options: DetectOptions;
}

/** A loaded model. One per thread; `detect` calls on one detector must not overlap. */
export interface Detector {
  readonly info: ModelInfo;
  /** The execution provider in use: cpu, cuda, webgpu … */
  readonly provider: string;
  /**
   * @param rgb `letterbox.width × letterbox.height × 3` numbers in 0..255, R G B R G B …: the picture laid out as planned by
   * `planLetterbox`.
   * @param sourceWidth,sourceHeight the picture's own size in pixels; boxes are returned in these pixels.
   * @throws LookoutError `inference_failed`
   */
  detect(
    rgb: Float32Array,
    letterbox: Letterbox,
    sourceWidth: number,
    sourceHeight: number,
    options: DetectOptions,
  ): Promise<DetectResult>;
  /** Whether the model takes several pictures in one run. */
  readonly takesTogether: boolean;
  /**
   * The same for several pictures in one run, or one after another if the model takes only one.
   * @param tasks all of one input size.
   * @returns results in the order of the tasks; `inferMs` is that of the whole run.
   */
  detectTogether(tasks: readonly DetectTask[]): Promise<DetectResult[]>;
  close(): Promise<void>;
}
