import type { Detection } from '@lookout/protocol';
import { type ModelInfo, planLetterbox } from '@lookout/vision';
import { INFERENCE_START } from '../../pipeline/adaptation/inference-controller.js';
import type { JobPicture } from '../../pipeline/analysis/analysis-job.js';
import { AnalysisPool } from '../../pipeline/analysis/analysis-pool.js';
import {
  DEFAULT_RULES,
  type DetectionRules,
  detectionsOf,
  modelOptions,
  rulesFrom,
} from '../../pipeline/analysis/detection-rules.js';
import type { Settings } from '../../platform/config/settings.js';
import { ModelLibrary } from '../../platform/models/model-library.js';

/** Raw detections in one frame. */
export interface Found {
  /** As packed by `packDetections`, below the threshold too; boxes in pixels of the frame. */
  packed: Float32Array;
  inferenceMs: number;
}

/** Frames in flight beyond one per worker, so that no worker waits for the next to be decoded. */
const FRAMES_AHEAD = 2;
/** Maximum frames in flight, and so in memory, with any number of workers. */
const MAX_UNDER_WAY = 32;

/** The analysis workers of the server, for one command. */
export class Analyser {
  readonly model: ModelInfo;
  readonly rules: DetectionRules;
  readonly #pool: AnalysisPool;
  readonly #size: number;

  private constructor(model: ModelInfo, pool: AnalysisPool, detect: Settings['detect']) {
    const { inference_size, classes } = detect;
    this.model = model;
    this.#pool = pool;
    this.#size = inference_size === 'auto' ? INFERENCE_START.size : inference_size;
    this.rules = { ...DEFAULT_RULES, ...rulesFrom(detect), classes };
  }

  /** @param workers number of frames to analyse at once. @throws LookoutError when the model can't be used */
  static async start(settings: Settings, workers: number): Promise<Analyser> {
    const { current, servers } = await ModelLibrary.open(settings);
    const { inference_timeout_s: runS } = settings.limits;
    const pool = await AnalysisPool.start({ model: current, servers, workers, limits: { runS } });
    const warning = pool.opened(current.name)?.warning;
    if (warning !== undefined) process.stderr.write(`${warning}\n`);
    return new Analyser(current, pool, settings.detect);
  }

  /** Maximum calls of `findForTracking` in flight. */
  get underWay(): number {
    return Math.min(this.#pool.size + FRAMES_AHEAD, MAX_UNDER_WAY);
  }

  /** The model's input for a picture of this size. */
  letterbox(width: number, height: number) {
    return planLetterbox(this.model, width, height, this.#size);
  }

  /** For a single image: detections above the threshold. */
  async findShown(picture: JobPicture, width: number, height: number) {
    const { packed, inferenceMs } = await this.#find(picture, width, height, false);
    return { detections: detectionsOf(packed, this.model.classNames, this.rules), inferenceMs };
  }

  /** For a frame of a sequence: also less confident detections, which the tracker can use. */
  findForTracking(picture: JobPicture, width: number, height: number): Promise<Found> {
    return this.#find(picture, width, height, true);
  }

  /** The JPEG with these boxes drawn in. */
  async annotate(jpeg: Uint8Array, detections: Detection[], quality: number): Promise<Uint8Array> {
    const picture = { kind: 'jpeg' as const, jpeg };
    const { jpegs } = await this.#pool.runSoon({ picture, encode: { qualities: [quality], detections } });
    return jpegs[0]!.jpeg;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #find(picture: JobPicture, width: number, height: number, tracked: boolean): Promise<Found> {
    const options = modelOptions(this.rules, this.model.classNames, tracked);
    const detect = { letterbox: this.letterbox(width, height), options };
    const { packed, inferMs } = await this.#pool.runSoon({ picture, detect }, this.model);
    return { packed, inferenceMs: Math.round(inferMs * 10) / 10 };
  }
}
