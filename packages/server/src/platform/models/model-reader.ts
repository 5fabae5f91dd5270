import { Worker } from 'node:worker_threads';
import { type ErrorCode, LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import { DEFAULT_WORK_LIMITS, type WorkLimits, WorkWatch } from '../threads/work-watch.js';
import { modelName } from './model-files.js';

export interface ReadModelsTask {
  modelsDir: string;
  /** As `resolveModel` takes them. */
  sources: string[];
  /** Prepare them for this execution provider; absent: they are only looked at. */
  prepare?: string;
}

export type ReadModel =
  | { ok: true; info: ModelInfo; bytes: number }
  | { ok: false; code: string; message: string; hint: string | undefined };

/** The thread runs the built file, also when this module is loaded from source. */
const threadUrl = new URL(
  import.meta.url.replace('/src/', '/dist/').replace(/model-reader\.[jt]s$/, 'model-reader-thread.js'),
);

/** Threads that hang in a model they try out, at most; no more are started then. */
const MAX_HUNG_THREADS = 8;
const TICK_MS = 1000;

/**
 * Reads model files and tries them out, each time in a thread of its own: that takes seconds, which the main thread does not have, and
 * a model may never come to an end.
 */
export class ModelReader {
  readonly #limits: WorkLimits;
  readonly #hung = new Set<Worker>();

  /** @param limits of trials, as of the workers that analyse. */
  constructor(limits: Partial<WorkLimits> = {}) {
    this.#limits = { ...DEFAULT_WORK_LIMITS, ...limits };
  }

  /** Threads given up in a native call, where they can't be cut. */
  get hungCount(): number {
    return this.#hung.size;
  }

  /** @throws LookoutError `model_timeout` where one does not come to an end; `unavailable` where too many did not. */
  read(task: ReadModelsTask): Promise<ReadModel[]> {
    if (this.#hung.size >= MAX_HUNG_THREADS) {
      const message = `${this.#hung.size} threads hang in models that they tried out, and no more are started`;
      return Promise.reject(new LookoutError('unavailable', message, { hint: 'Restart the server to free them.' }));
    }
    return new Promise((resolve, reject) => {
      const runs = new Int32Array(new SharedArrayBuffer(4));
      const thread = new Worker(threadUrl, { workerData: { ...task, runs }, name: 'model reader' });
      const watch = new WorkWatch(runs, this.#limits);
      const work = { model: task.sources.map(modelName).join(', '), isOpening: true, provider: 'cpu' };
      const timer = setInterval(() => {
        const error = watch.tick(work);
        if (!error) return;
        clearInterval(timer);
        this.#hung.add(thread);
        thread.unref();
        reject(error);
      }, TICK_MS);
      thread.once('message', resolve);
      thread.once('error', reject);
      thread.once('exit', () => {
        clearInterval(timer);
        this.#hung.delete(thread);
        reject(new LookoutError('model_invalid', 'The thread that reads models ended'));
      });
    });
  }

  /**
   * Makes one model ready to be opened; see `prepareModel`.
   * @throws LookoutError what was found wrong with it; as `read`.
   */
  async prepare(source: string, modelsDir: string, provider: string): Promise<{ info: ModelInfo; bytes: number }> {
    const [read] = await this.read({ modelsDir, sources: [source], prepare: provider });
    return readOrThrow(read!);
  }
}

/** @throws LookoutError what was found wrong with it. */
export function readOrThrow(read: ReadModel): { info: ModelInfo; bytes: number } {
  if (read.ok) return read;
  const { code, message, hint } = read;
  throw new LookoutError(code as ErrorCode, message, hint === undefined ? {} : { hint });
}
