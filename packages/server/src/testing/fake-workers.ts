/** Workers for the tests of this folder: every job waits until the test ends it. Not part of the product. */
import { LookoutError } from '@lookout/protocol';
import { createTracker, type ModelInfo } from '@lookout/vision';
import type { AnalysisJob, AnalysisResult } from '../pipeline/analysis/analysis-job.js';
import { Dispatcher } from '../pipeline/analysis/dispatcher.js';
import { packDetections } from '../pipeline/analysis/packed-detections.js';
import type { Reservation } from '../pipeline/analysis/reservation.js';
import type { PromptFinder } from '../pipeline/prompts/prompt-finder.js';
import type { ModelLibrary } from '../platform/models/model-library.js';
import { later } from '../platform/threads/later.js';

export const model: ModelInfo = {
  name: 'test',
  path: '/none.onnx',
  format: 'nanodet',
  classNames: ['person', 'car'],
  input: { kind: 'free', multiple: 32 },
  letterbox: { anchor: 'center', fill: 114 },
};

/** The only model. */
export const models: Pick<ModelLibrary, 'current' | 'device' | 'acquire' | 'hold'> = {
  current: model,
  device: 'cpu',
  hold: () => ({ model, release: () => undefined }),
  acquire: async () => models.hold(),
};

/** A server without a model for prompts. */
export const noPrompts: Pick<PromptFinder, 'find' | 'model'> = {
  get model(): never {
    throw new LookoutError('no_model_for_this', 'There is no model that understands words');
  },
  find: () => Promise.reject(new LookoutError('no_model_for_this', 'There is no model that understands words')),
};

export type FoundBox = [x: number, y: number, confidence: number, classId?: number];

export interface RunningJob {
  job: AnalysisJob;
  startedMs: number;
  /** Boxes of 100×100 pixels. */
  finish(boxes?: FoundBox[]): Promise<void>;
  fail(error: LookoutError): Promise<void>;
}

export class FakeWorkers {
  nowMs = 1_000_000;
  readonly jobs: RunningJob[] = [];
  readonly dispatcher: Dispatcher;
  #free: number;

  constructor(workers: number) {
    this.#free = workers;
    this.dispatcher = new Dispatcher(
      { reserve: (wanted) => this.#reserve(wanted), freeCount: () => this.#free },
      () => this.nowMs,
    );
  }

  readonly now = () => this.nowMs;
  readonly createTracker = () => createTracker();
  readonly prompts = noPrompts;
  readonly later = later;

  /** The oldest unfinished job. */
  get oldest(): RunningJob {
    return this.jobs[0]!;
  }

  #reserve(wanted: ModelInfo): Reservation | undefined {
    if (this.#free === 0) return undefined;
    this.#free--;
    const release = () => {
      this.#free++;
      this.dispatcher.kick();
    };
    const infer = () => Promise.reject(new Error('These workers take pictures only'));
    return { model: wanted, release, infer, run: (job) => this.#run(job, release) };
  }

  #run(job: AnalysisJob, release: () => void): Promise<AnalysisResult> {
    return new Promise((resolve, reject) => {
      const ended = async (settle: () => void) => {
        this.jobs.splice(this.jobs.indexOf(running), 1);
        settle();
        // As in the pool, the worker is free before its result is delivered.
        release();
        await new Promise((done) => setImmediate(done));
      };
      const running: RunningJob = {
        job,
        startedMs: this.nowMs,
        finish: (boxes = []) => ended(() => resolve(resultOf(boxes))),
        fail: (error) => ended(() => reject(error)),
      };
      this.jobs.push(running);
    });
  }
}

function resultOf(boxes: readonly FoundBox[]): AnalysisResult {
  const packed = packDetections(
    boxes.map(([x, y, confidence, class_id = 0]) => ({
      bbox: [x, y, x + 100, y + 100],
      confidence,
      class_id,
      class_name: '',
    })),
  );
  return { packed, jpegs: [], decodeMs: 1, inferMs: 10, drawMs: 0, encodeMs: 0 };
}
