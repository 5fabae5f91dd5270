import type { Detection } from '@lookout/protocol';
import { type ModelInfo, planLetterbox } from '@lookout/vision';
import { inferenceStart } from '../../adaptation/inference-controller.js';
import type { AnalysisJob, JobPicture } from '../../analysis/analysis-job.js';
import { AnalysisPool } from '../../analysis/analysis-pool.js';
import { unpackDetections } from '../../analysis/packed-detections.js';
import { forTheWire, trackingOptions } from '../../analysis/shown-detections.js';
import type { Settings } from '../../config/settings.js';
import { ModelLibrary } from '../../models/model-library.js';

/** What the model found in one picture. */
export interface Found {
  /** As the model gave them, sure or not; boxes in the picture's pixels. */
  detections: Detection[];
  inferenceMs: number;
}

const iou = 0.6;
const maxDetections = 300;
/** Pictures beyond one per worker that are under way: so that none waits for the next to be decoded. */
const ahead = 2;
/** Bound of pictures under way, in memory, with however many workers. */
const maxUnderWay = 32;

/** The analysis workers of the server, for one command. */
export class Analyser {
  readonly model: ModelInfo;
  /** Least score shown, as live cameras begin with. */
  readonly confidence: number;
  readonly #pool: AnalysisPool;
  readonly #size: number;
  readonly #classIds: ReadonlySet<number> | undefined;

  private constructor(
    model: ModelInfo,
    pool: AnalysisPool,
    { inference_size, confidence, classes }: Settings['detect'],
  ) {
    this.model = model;
    this.#pool = pool;
    this.#size = inference_size === 'auto' ? inferenceStart.size : inference_size;
    this.confidence = confidence === 'auto' ? inferenceStart.confidence : confidence;
    this.#classIds = classes && new Set(classes.map((name) => model.classNames.indexOf(name)));
  }

  /** @param workers how many pictures are to be analysed at once. @throws LookoutError when the model can't be used */
  static async start(settings: Settings, workers: number): Promise<Analyser> {
    const { current } = await ModelLibrary.open(settings);
    const pool = await AnalysisPool.start({ model: current, workers });
    const warning = pool.opened(current.name)?.warning;
    if (warning !== undefined) process.stderr.write(`${warning}\n`);
    return new Analyser(current, pool, settings.detect);
  }

  /** How many pictures may be given to `find` before the first of them is back. */
  get underWay(): number {
    return Math.min(this.#pool.size + ahead, maxUnderWay);
  }

  /** The model's input for a picture of this size. */
  letterbox(width: number, height: number) {
    return planLetterbox(this.model, width, height, this.#size);
  }

  /** For a single picture: what is sure enough. */
  async findShown(picture: JobPicture, width: number, height: number): Promise<Found> {
    const { confidence } = this;
    const options = { confidence, iou, maxDetections, ...(this.#classIds && { classIds: this.#classIds }) };
    const found = await this.#run({ picture, detect: { letterbox: this.letterbox(width, height), options } });
    return { ...found, detections: found.detections.map(forTheWire) };
  }

  /** For a picture of a sequence: also what is only sure enough for a tracker. */
  findForTracking(picture: JobPicture, width: number, height: number): Promise<Found> {
    const options = trackingOptions(this.confidence, this.#classIds);
    return this.#run({ picture, detect: { letterbox: this.letterbox(width, height), options } });
  }

  /** A JPEG with these boxes burnt in. */
  async annotate(jpeg: Uint8Array, detections: Detection[], quality: number): Promise<Uint8Array> {
    const picture = { kind: 'jpeg' as const, jpeg };
    const { jpegs } = await this.#pool.runSoon({ picture, encode: { qualities: [quality], detections } });
    return jpegs[0]!.jpeg;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #run(job: AnalysisJob): Promise<Found> {
    const { packed, inferMs } = await this.#pool.runSoon(job, this.model);
    return {
      detections: unpackDetections(packed, this.model.classNames),
      inferenceMs: Math.round(inferMs * 10) / 10,
    };
  }
}
