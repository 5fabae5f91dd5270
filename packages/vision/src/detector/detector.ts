import type { Detection, Letterbox } from '@lookout/protocol';
import type { ModelInfo } from '../model-info/model-info.js';

export interface DetectOptions {
  /** Least score kept, 0..1. */
  confidence: number;
  /** Boxes of one class that overlap by more than this count as one object, 0..1. Models without NMS ignore it. */
  iou: number;
  /** Boxes of different classes that overlap more than this are one object, 0..1; absent, or 1: none are. */
  crossClassIou?: number;
  maxDetections: number;
  /** Class ids wanted; absent: all. */
  classIds?: ReadonlySet<number>;
}

export interface DetectResult {
  /** Boxes in source pixels, clipped to the source, highest score first. */
  detections: Detection[];
  /** Highest score of what was asked for, as the model gave it: it may lie beyond 1. 0 where there is nothing. */
  topScore: number;
  /** ONNX Runtime alone. */
  inferMs: number;
}

/** What `detect` is asked. */
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
   * @param rgb `letterbox.width × letterbox.height × 3` numbers of 0..255, R G B R G B …: the picture laid out as `planLetterbox`
   * said.
   * @param sourceWidth,sourceHeight the picture's own size in pixels; boxes come back in it.
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
   * The same for several pictures in one run; one after another where the model takes one only.
   * @param tasks all of one input size.
   * @returns in the order of the tasks; `inferMs` is that of the whole run.
   */
  detectTogether(tasks: readonly DetectTask[]): Promise<DetectResult[]>;
  close(): Promise<void>;
}
