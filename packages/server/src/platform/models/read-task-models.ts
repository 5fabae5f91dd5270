import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TaskModelInfo } from '@lookout/vision';

/** What was found in the models folder under a name. */
export type ReadTaskModel =
  | { ok: true; name: string; info: TaskModelInfo }
  | { ok: false; name: string; message: string; hint: string | undefined };

/** A file or folder that may be a model. */
export interface Candidate {
  /** As in the folder. */
  readonly file: string;
  /** A folder is meant to be a model; a file may as well be a detector. */
  readonly isFolder: boolean;
}

/** What the thread is given. */
export interface ReadTaskModelsTask {
  readonly modelsDir: string;
  readonly candidates: readonly Candidate[];
}

/** The thread runs the built file, even when this module is loaded from source. */
const threadUrl = new URL(
  import.meta.url.replace('/src/', '/dist/').replace(/read-task-models\.[jt]s$/, 'task-model-reader-thread.js'),
);
const MAX_MODELS = 256;
/** Made of models by Lookout itself. */
const CACHE = 'cache';

/**
 * Reads all models for other tasks in a folder, in a thread of its own: checksums of large files take seconds. Files of detectors are left
 * out; folders that can't be used are listed with the reason.
 */
export async function readTaskModels(modelsDir: string): Promise<ReadTaskModel[]> {
  const candidates = await findCandidates(modelsDir);
  if (candidates.length === 0) return [];
  return new Promise((resolve, reject) => {
    const task: ReadTaskModelsTask = { modelsDir, candidates };
    const thread = new Worker(threadUrl, { workerData: task, name: 'task model reader' });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('The thread that reads models ended unexpectedly')));
  });
}

async function findCandidates(modelsDir: string): Promise<Candidate[]> {
  const files = (await readdir(modelsDir).catch(() => [])).sort().filter((file) => file !== CACHE && !/^\./.test(file));
  const found: Candidate[] = [];
  for (const file of files) {
    const entry = await stat(join(modelsDir, file)).catch(() => undefined);
    if (entry?.isDirectory()) found.push({ file, isFolder: true });
    else if (entry?.isFile() && /\.onnx$/i.test(file)) found.push({ file, isFolder: false });
  }
  return found.slice(0, MAX_MODELS);
}
