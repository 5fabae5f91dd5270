import { Worker } from 'node:worker_threads';
import { type ErrorCode, LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';

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

/** A large model takes seconds to be read and tried out; one that takes as long as this never ends. */
const limitMs = 120_000;

/** Reads model files in a thread of its own: a large one takes seconds, which the main thread does not have. */
export function readModels(task: ReadModelsTask): Promise<ReadModel[]> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(threadUrl, { workerData: task, name: 'model reader' });
    // A thread can't be ended while a native call runs: it is left alone.
    const timer = setTimeout(() => {
      thread.unref();
      const seconds = limitMs / 1000;
      reject(
        new LookoutError('model_invalid', `Reading and trying out ${task.sources.join(', ')} takes over ${seconds} s`),
      );
    }, limitMs * task.sources.length);
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', () => {
      clearTimeout(timer);
      reject(new LookoutError('model_invalid', 'The thread that reads models ended'));
    });
  });
}

/**
 * Makes one model ready to be opened; see `prepareModel`.
 * @throws LookoutError what was found wrong with it.
 */
export async function prepareInThread(
  source: string,
  modelsDir: string,
  provider: string,
): Promise<{ info: ModelInfo; bytes: number }> {
  const [read] = await readModels({ modelsDir, sources: [source], prepare: provider });
  return readOrThrow(read!);
}

/** @throws LookoutError what was found wrong with it. */
export function readOrThrow(read: ReadModel): { info: ModelInfo; bytes: number } {
  if (read.ok) return read;
  const { code, message, hint } = read;
  throw new LookoutError(code as ErrorCode, message, hint === undefined ? {} : { hint });
}
