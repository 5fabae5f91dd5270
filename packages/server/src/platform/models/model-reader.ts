import { Worker } from 'node:worker_threads';
import { type ErrorCode, LookoutError } from '@lookout/protocol/core';
import type { ModelInfo } from '@lookout/vision';
import { isEmbeddedName } from '@lookout/vision/models';
import { DEFAULT_WORK_LIMITS, type WorkLimits, WorkWatch } from '../threads/work-watch.js';
import { prepareEmbedded } from './embedded-model.js';
import { modelName } from './model-files.js';

export interface ReadModelsTask {
  modelsDir: string;
  /** In the form for `resolveModel`. */
  sources: string[];
  /** Prepare them for use; absent: only inspect them. */
  prepare?: true;
}

export type ReadModel =
  | { ok: true; info: ModelInfo; bytes: number }
  | { ok: false; code: string; message: string; hint: string | undefined };

/** The thread runs the built file, even when this module is loaded from source. */
const threadUrl = new URL(
  import.meta.url.replace('/src/', '/dist/').replace(/model-reader\.[jt]s$/, 'model-reader-thread.js'),
);

/** Maximum number of hung trial threads; no more are started then. */
const MAX_HUNG_THREADS = 8;
const TICK_MS = 1000;

/**
 * Reads and tries model files, each time in its own thread: it takes seconds, which the main thread can't spare, and a model may
 * hang.
 */
export class ModelReader {
  readonly #limits: WorkLimits;
  readonly #hung = new Set<Worker>();

  /** @param limits for trials, as for analysis workers */
  constructor(limits: Partial<WorkLimits> = {}) {
    this.#limits = { ...DEFAULT_WORK_LIMITS, ...limits };
  }

  /** Threads that hang in a native call, where they can't be stopped. */
  get hungCount(): number {
    return this.#hung.size;
  }

  /** @throws LookoutError `model_timeout` if a model hangs; `unavailable` if too many have */
  read(task: ReadModelsTask): Promise<ReadModel[]> {
    if (this.#hung.size >= MAX_HUNG_THREADS) {
      const message = `${this.#hung.size} threads hang while trying models: no new ones are started`;
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
        reject(new LookoutError('model_invalid', 'The thread that read the model ended unexpectedly'));
      });
    });
  }

  /**
   * Prepares one model for use; see `prepareModel` and `prepareEmbedded`. The built-in one takes no thread, which would cost a start
   * half a second.
   * @throws LookoutError why the model can't be used; as `read`
   */
  async prepare(source: string, modelsDir: string, provider: string): Promise<{ info: ModelInfo; bytes: number }> {
    if (isEmbeddedName(source)) return prepareEmbedded(source, provider);
    const [read] = await this.read({ modelsDir, sources: [source], prepare: true });
    return readOrThrow(read!);
  }
}

/** @throws LookoutError why the model can't be used */
export function readOrThrow(read: ReadModel): { info: ModelInfo; bytes: number } {
  if (read.ok) return read;
  const { code, message, hint } = read;
  throw new LookoutError(code as ErrorCode, message, hint === undefined ? {} : { hint });
}
