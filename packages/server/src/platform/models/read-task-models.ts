import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TaskModelInfo } from '@lookout/vision';

/** A model in the models folder, or why it can't be used. */
export type ReadTaskModel =
  | { ok: true; name: string; info: TaskModelInfo }
  | { ok: false; name: string; message: string; hint: string | undefined };

/** A file or folder that may be a model. */
export interface Candidate {
  /** Name in the models folder. */
  readonly file: string;
  /** A folder must be a model for these tasks; a file may also be a detector. */
  readonly isFolder: boolean;
}

/** Input of the thread. */
export interface ReadTaskModelsTask {
  readonly modelsDir: string;
  readonly candidates: readonly Candidate[];
}

/** Reply of the thread, per candidate; undefined: for none of these tasks, such as a detector. */
export type ReadCandidates = readonly (ReadTaskModel | undefined)[];

/** The thread runs the built file, even when this module is loaded from source. */
const threadUrl = new URL(
  import.meta.url.replace('/src/', '/dist/').replace(/read-task-models\.[jt]s$/, 'task-model-reader-thread.js'),
);
const MAX_MODELS = 256;
/** Files that Lookout derives from models. */
const CACHE = 'cache';

/** The models for tasks other than class detection in a folder. Each is read once, and again after it changes. */
export class TaskModelFiles {
  readonly #modelsDir: string;
  #known = new Map<string, { stamp: string; read: ReadTaskModel | undefined }>();

  constructor(modelsDir: string) {
    this.#modelsDir = modelsDir;
  }

  /**
   * Reads new and changed models in a thread of its own: checksums of large files take seconds. Files of detectors are left out; folders
   * that can't be used are listed with the reason. Calls must not overlap.
   */
  async read(): Promise<ReadTaskModel[]> {
    const candidates = await findCandidates(this.#modelsDir);
    const stamps = await Promise.all(candidates.map((candidate) => stampOf(this.#modelsDir, candidate)));
    const isNew = ({ file }: Candidate, i: number) => this.#known.get(file)?.stamp !== stamps[i];
    const unread = candidates.filter(isNew);
    const read = unread.length > 0 ? await readInThread({ modelsDir: this.#modelsDir, candidates: unread }) : [];
    const before = this.#known;
    this.#known = new Map(
      candidates.map((candidate, i) => {
        const index = unread.indexOf(candidate);
        const one = index < 0 ? before.get(candidate.file)?.read : read[index];
        return [candidate.file, { stamp: stamps[i]!, read: one }];
      }),
    );
    return [...this.#known.values()].flatMap((one) => one.read ?? []);
  }
}

function readInThread(task: ReadTaskModelsTask): Promise<ReadCandidates> {
  return new Promise((resolve, reject) => {
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

/** Changes with the file, or with any file in the folder. */
async function stampOf(modelsDir: string, { file, isFolder }: Candidate): Promise<string> {
  const path = join(modelsDir, file);
  const files = isFolder ? (await readdir(path).catch(() => [])).sort().map((name) => join(path, name)) : [path];
  const found = await Promise.all(files.map((each) => stat(each).catch(() => undefined)));
  return files.map((each, i) => `${each} ${found[i]?.mtimeMs} ${found[i]?.size}`).join('\n');
}
