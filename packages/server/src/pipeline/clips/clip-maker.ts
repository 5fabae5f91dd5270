import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type ErrorCode, LookoutError } from '@lookout/protocol';
import type { Recording } from './clip-archive.js';
import type { ClipJob, FromClipWorker, ToClipWorker } from './clip-messages.js';

/** Part of a recording. Times are Unix epoch ms. */
export interface ClipRange {
  recording: Pick<Recording, 'path'>;
  fromMs: number;
  untilMs: number;
}

export interface ClipMakerOptions {
  /** Holds the videos; emptied at the start. */
  directory: string;
  /** Disk space of all videos together; those least recently asked for go first. */
  readonly maxBytes: number;
  /** How long the thread waits for another job, ms. */
  idleMs?: number;
  createThread?: () => Worker;
}

interface WaitingClip {
  name: string;
  range: ClipRange;
  resolve(): void;
  reject(error: LookoutError): void;
}

const MAX_WAITING = 20;
const DEFAULT_IDLE_MS = 30_000;

/** The thread runs the built file, even when this module is loaded from source. */
const workerUrl = new URL(import.meta.url.replace('/src/', '/dist/').replace(/clip-maker\.[jt]s$/, 'clip-worker.js'));

/**
 * Makes videos of recordings when somebody asks for one, off the main thread, one at a time. A video is made once, however many ask for
 * it at the same time, and kept while there is room.
 */
export class ClipMaker {
  readonly #options: ClipMakerOptions;
  /** Size of each video by name, least recently asked for first. */
  readonly #made = new Map<string, number>();
  readonly #making = new Map<string, Promise<void>>();
  readonly #waiting: WaitingClip[] = [];
  #current: WaitingClip | undefined;
  #thread: Worker | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #bytes = 0;

  private constructor(options: ClipMakerOptions) {
    this.#options = options;
  }

  static async open(options: ClipMakerOptions): Promise<ClipMaker> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    for (const name of await readdir(options.directory)) {
      await rm(join(options.directory, name), { recursive: true, force: true });
    }
    return new ClipMaker(options);
  }

  /** Space in use. */
  get bytes(): number {
    return this.#bytes;
  }

  get directory(): string {
    return this.#options.directory;
  }

  /**
   * The name of the MP4 file in `directory` that shows this part of a recording.
   * @param name of the video, without its ending: the same for the same part
   * @throws LookoutError `too_many_requests`; `not_found` if the recording has no frames of this time; `storage_failed`
   */
  async make(name: string, range: ClipRange): Promise<string> {
    const file = `${name}.mp4`;
    const bytes = this.#made.get(file);
    if (bytes !== undefined) {
      this.#made.delete(file);
      this.#made.set(file, bytes);
      return file;
    }
    let making = this.#making.get(file);
    if (!making) {
      making = this.#enqueue(file, range).finally(() => this.#making.delete(file));
      this.#making.set(file, making);
    }
    await making;
    return file;
  }

  /** Removes the videos whose names begin so. */
  async remove(prefix: string): Promise<void> {
    for (const name of [...this.#made.keys()]) if (name.startsWith(prefix)) await this.#removeFile(name);
  }

  /** Lets the current job finish, refuses those that wait, and ends the thread. */
  async close(): Promise<void> {
    const closed = new LookoutError('unavailable', 'The server is shutting down');
    for (const { reject } of this.#waiting.splice(0)) reject(closed);
    await Promise.allSettled(this.#making.values());
    await this.#endThread();
  }

  #enqueue(name: string, range: ClipRange): Promise<void> {
    if (this.#waiting.length >= MAX_WAITING) {
      const message = `More than ${MAX_WAITING} clips are waiting to be made`;
      return Promise.reject(new LookoutError('too_many_requests', message, { hint: 'Try again in a minute.' }));
    }
    const made = new Promise<void>((resolve, reject) => this.#waiting.push({ name, range, resolve, reject }));
    this.#startNext();
    return made;
  }

  #startNext(): void {
    if (this.#current) return;
    this.#current = this.#waiting.shift();
    if (!this.#current) return;
    clearTimeout(this.#idleTimer);
    const { name, range } = this.#current;
    // Its path changes when a recording is complete, so it is read now.
    const job: ClipJob = { ...range, recording: range.recording.path, path: join(this.#options.directory, name) };
    this.#thread ??= this.#startThread();
    this.#thread.postMessage({ type: 'make', job } satisfies ToClipWorker);
  }

  #startThread(): Worker {
    const { createThread = () => new Worker(workerUrl, { name: 'clips' }) } = this.#options;
    const thread = createThread();
    const failed = (error?: Error) => {
      // It was told to end, and another may be at work.
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      this.#settle((current) =>
        current.reject(new LookoutError('internal', 'The thread that makes clips ended', { cause: error })),
      );
    };
    thread.on('message', (message: FromClipWorker) => void this.#answered(message));
    thread.on('error', failed);
    thread.on('exit', () => failed());
    return thread;
  }

  async #answered(message: FromClipWorker): Promise<void> {
    const name = this.#current?.name;
    if ('bytes' in message && name !== undefined) {
      this.#made.set(name, message.bytes);
      this.#bytes += message.bytes;
    }
    this.#settle(({ resolve, reject }) => {
      if ('bytes' in message) resolve();
      else reject(new LookoutError(message.error.code as ErrorCode, message.error.message));
    });
    await this.shrink();
  }

  /** Removes videos until the others fit into the space. The newest stays, even if it alone is larger. */
  async shrink(): Promise<void> {
    while (this.#bytes > this.#options.maxBytes && this.#made.size > 1) {
      await this.#removeFile(this.#made.keys().next().value ?? '');
    }
  }

  #settle(finish: (current: WaitingClip) => void): void {
    const current = this.#current;
    this.#current = undefined;
    if (current) finish(current);
    this.#startNext();
    if (this.#current || !this.#thread) return;
    this.#idleTimer = setTimeout(() => void this.#endThread(), this.#options.idleMs ?? DEFAULT_IDLE_MS);
    this.#idleTimer.unref();
  }

  async #removeFile(name: string): Promise<void> {
    this.#bytes -= this.#made.get(name) ?? 0;
    this.#made.delete(name);
    await rm(join(this.#options.directory, name), { force: true });
  }

  /** Native code runs only during a job, so the thread ends by itself once it is idle. */
  async #endThread(): Promise<void> {
    clearTimeout(this.#idleTimer);
    const thread = this.#thread;
    this.#thread = undefined;
    if (!thread) return;
    const gone = new Promise((resolve) => thread.once('exit', resolve));
    thread.postMessage({ type: 'close' } satisfies ToClipWorker);
    await gone;
  }
}
