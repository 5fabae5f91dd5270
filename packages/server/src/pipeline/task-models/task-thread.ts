import { Worker } from 'node:worker_threads';
import type { Box, SegmentMask } from '@lookout/protocol';
import { type ErrorCode, LookoutError } from '@lookout/protocol/core';
import type { MaskPrompt, OpenDetectOptions, OtherTask, TaskModelInfo, TextQueries } from '@lookout/vision';
import {
  DEFAULT_WORK_LIMITS,
  type WatchedWork,
  type WorkLimits,
  WorkWatch,
} from '../../platform/threads/work-watch.js';
import { JobQueue } from './job-queue.js';
import {
  type FromTaskWorker,
  TASK_OF,
  type TaskCall,
  type TaskCalls,
  type TaskJob,
  type TaskWorkerSetup,
  type ToTaskWorker,
} from './task-messages.js';
import type { JobOptions, JobPriority, TaskModels } from './task-models.js';

/** The model chosen for each task. */
export interface Choice {
  of(task: OtherTask): TaskModelInfo | undefined;
  /** The error if there is none, with a hint what to do. */
  whyNone(task: OtherTask): LookoutError;
  /** @returns a function that unsubscribes */
  onChange(listener: (task: OtherTask) => void): () => void;
}

export interface TaskThreadOptions {
  readonly choice: Choice;
  readonly limits?: Partial<WorkLimits>;
  /** A job was done, failed or was refused. @param ms duration, only if it was done */
  onJob?(call: TaskCall, outcome: 'done' | 'failed' | 'refused', ms: number | undefined): void;
  onFault?(error: LookoutError): void;
  createThread?(setup: TaskWorkerSetup): Worker;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
  /** Calls back once a second. @returns a function that cancels */
  eachSecond(tick: () => void): () => void;
}

interface Job {
  readonly id: number;
  readonly job: TaskJob;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/** Maximum waiting jobs. Users send few requests; crops come from one scheduler, which waits for each. */
const LIMITS: Readonly<Record<JobPriority, number>> = { interactive: 32, track: 4, open: 2 };
/** The text encoder is often the larger half of a model, and is needed only for new texts. */
const TEXT_IDLE_MS = 60_000;
const MODELS_IDLE_MS = 10 * 60_000;
const THREADS_PER_RUN = 1;

/** The thread runs the built file, even when this module is loaded from source. */
const workerUrl = new URL(import.meta.url.replace('/src/', '/dist/').replace(/task-thread\.[jt]s$/, 'task-worker.js'));

/** Runs the models for other tasks in their own thread, which starts with the first job. */
export class TaskThread implements TaskModels {
  readonly #options: TaskThreadOptions;
  readonly #queue = new JobQueue<Job>(LIMITS);
  readonly #listeners = new Set<(task: OtherTask) => void>();
  /** Models in which a thread hung, by checksum. */
  readonly #refused = new Map<string, LookoutError>();
  readonly #unsubscribe: () => void;
  readonly #stopWatching: () => void;
  #thread: Worker | undefined;
  #watch: WorkWatch | undefined;
  #work: WatchedWork | undefined;
  #current: Job | undefined;
  #lastId = 0;
  #hung = 0;
  #cancelTextIdle: () => void = () => undefined;
  #cancelModelsIdle: () => void = () => undefined;
  #isClosed = false;

  constructor(options: TaskThreadOptions) {
    this.#options = options;
    this.#unsubscribe = options.choice.onChange((task) => this.#changed(task));
    this.#stopWatching = options.eachSecond(() => this.#tick());
  }

  /** Threads that hang in a model and can't be stopped. */
  get hungCount(): number {
    return this.#hung;
  }

  /** Jobs that have not started. */
  get waiting(): number {
    return this.#queue.length;
  }

  model(task: OtherTask): TaskModelInfo | undefined {
    return this.#options.choice.of(task);
  }

  require(task: OtherTask): TaskModelInfo {
    const model = this.model(task);
    if (!model) throw this.#options.choice.whyNone(task);
    const refusal = this.#refused.get(model.sha256);
    if (refusal) throw refusal;
    return model;
  }

  logit() {
    return this.#run('logit', {});
  }

  embedTexts(texts: readonly string[], options?: JobOptions) {
    return this.#run('embedTexts', { texts }, options);
  }

  embedCrops(picture: Uint8Array, boxes: readonly Box[], options?: JobOptions) {
    return this.#run('embedCrops', { picture, boxes }, options);
  }

  embedPictures(pictures: readonly Uint8Array[], options?: JobOptions) {
    return this.#run('embedPictures', { pictures }, options);
  }

  glance(picture: Uint8Array, options?: JobOptions) {
    return this.#run('glance', { picture }, options);
  }

  encodeQueries(texts: readonly string[], options?: JobOptions) {
    return this.#run('encodeQueries', { texts }, options);
  }

  openDetect(picture: Uint8Array, queries: TextQueries, detect: OpenDetectOptions, options?: JobOptions) {
    return this.#run('openDetect', { picture, queries, options: detect }, options);
  }

  freeze(picture: Uint8Array, options?: JobOptions) {
    return this.#run('freeze', { picture }, options);
  }

  masks(handle: number, prompt: MaskPrompt): Promise<SegmentMask[]> {
    return this.#run('masks', { handle, prompt });
  }

  release(handle: number): void {
    // Without a thread, no images are kept.
    if (this.#thread) void this.#run('release', { handle }).catch(() => undefined);
  }

  onChange(listener: (task: OtherTask) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Rejects waiting jobs, and lets the current one finish unless it hangs. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#cancelTextIdle();
    this.#cancelModelsIdle();
    const closed = new LookoutError('unavailable', 'The server is shutting down');
    for (const { reject } of this.#queue.clear()) reject(closed);
    const thread = this.#thread;
    if (thread) {
      const gone = new Promise((resolve) => thread.once('exit', resolve));
      const isHung = new Promise((resolve) => {
        this.#onHung = () => resolve(undefined);
      });
      thread.postMessage({ type: 'close' } satisfies ToTaskWorker);
      await Promise.race([gone, isHung]);
    }
    this.#stopWatching();
  }

  #onHung: () => void = () => undefined;

  async #run<C extends TaskCall>(
    call: C,
    given: TaskCalls[C]['job'],
    { priority = 'interactive', signal }: JobOptions = {},
  ): Promise<TaskCalls[C]['answer']> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw new LookoutError('unavailable', 'The server is shutting down');
    const task = TASK_OF[call];
    if (task) this.require(task);
    const answered = new Promise<unknown>((resolve, reject) => {
      const job: Job = { id: ++this.#lastId, job: { call, ...given } as TaskJob, resolve, reject };
      if (!this.#queue.add(job, priority)) {
        this.#options.onJob?.(call, 'refused', undefined);
        throw new LookoutError('too_many_requests', 'Too many requests are waiting for the models of this server', {
          hint: 'Try again in a moment.',
          retryAfterS: 1,
        });
      }
      signal?.addEventListener('abort', () => this.#queue.remove(job) && reject(signal.reason), { once: true });
    });
    this.#startNext();
    const answer = (await answered) as TaskCalls[C]['answer'];
    if (call === 'embedTexts' || call === 'encodeQueries') this.#closeTextsLater();
    return answer;
  }

  #startNext(): void {
    if (this.#current) return;
    const job = this.#queue.next();
    if (!job) return;
    this.#current = job;
    const task = TASK_OF[job.job.call];
    const model = task && this.model(task);
    this.#thread ??= this.#startThread();
    if (task) {
      this.#thread.postMessage({ type: 'use', task, model } satisfies ToTaskWorker);
      this.#closeModelsLater();
    }
    this.#work = { model: model?.name };
    this.#thread.postMessage({ type: 'job', id: job.id, job: job.job } satisfies ToTaskWorker);
  }

  #startThread(): Worker {
    const runs = new SharedArrayBuffer(4);
    const setup: TaskWorkerSetup = { runs, threads: THREADS_PER_RUN };
    const { createThread = startWorker } = this.#options;
    const thread = createThread(setup);
    this.#watch = new WorkWatch(new Int32Array(runs), { ...DEFAULT_WORK_LIMITS, ...this.#options.limits });
    const failed = (cause?: Error) => {
      // Abandoned, or its end was already handled.
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      if (this.#isClosed && !this.#current) return;
      const error = new LookoutError('inference_failed', 'The thread that runs models ended unexpectedly', { cause });
      this.#options.onFault?.(error);
      this.#settle('failed', undefined, ({ reject }) => reject(error));
    };
    thread.on('message', (message: FromTaskWorker) => this.#thread === thread && this.#heard(message));
    thread.on('error', failed);
    thread.on('exit', () => failed());
    return thread;
  }

  #heard(message: FromTaskWorker): void {
    if (message.type === 'opening') this.#work = { model: message.model, isOpening: true, provider: 'cpu' };
    else if (message.type === 'opened') this.#work = { model: message.model };
    else if (message.type === 'done') this.#settle('done', message.ms, ({ resolve }) => resolve(message.answer));
    else {
      const { code, message: text, hint } = message;
      const error = new LookoutError(code as ErrorCode, text, hint === undefined ? {} : { hint });
      this.#settle('failed', undefined, ({ reject }) => reject(error));
    }
  }

  #settle(outcome: 'done' | 'failed', ms: number | undefined, finish: (job: Job) => void): void {
    const job = this.#current;
    this.#current = undefined;
    this.#work = undefined;
    if (job) {
      this.#options.onJob?.(job.job.call, outcome, ms);
      finish(job);
    }
    this.#startNext();
  }

  /** Abandons a thread without progress, as it can't be stopped. A model that hung is not used again. */
  #tick(): void {
    const error = this.#watch?.tick(this.#work);
    if (!error) return;
    const task = this.#current && TASK_OF[this.#current.job.call];
    const model = task && this.model(task);
    if (model && error.code === 'model_timeout') this.#refused.set(model.sha256, error);
    this.#thread?.unref();
    this.#thread = undefined;
    this.#watch = undefined;
    this.#hung++;
    this.#onHung();
    this.#options.onFault?.(error);
    this.#settle('failed', undefined, ({ reject }) => reject(error));
  }

  #changed(task: OtherTask): void {
    this.#thread?.postMessage({ type: 'use', task, model: this.model(task) } satisfies ToTaskWorker);
    for (const listener of this.#listeners) listener(task);
  }

  #closeTextsLater(): void {
    this.#cancelTextIdle();
    this.#cancelTextIdle = this.#options.later(() => this.#free('closeTexts'), TEXT_IDLE_MS);
  }

  #closeModelsLater(): void {
    this.#cancelModelsIdle();
    this.#cancelModelsIdle = this.#options.later(() => this.#free('closeModels'), MODELS_IDLE_MS);
  }

  #free(call: 'closeTexts' | 'closeModels'): void {
    if (!this.#thread) return;
    this.#run(call, {}).catch((error: LookoutError) => this.#options.onFault?.(error));
  }
}

function startWorker(setup: TaskWorkerSetup): Worker {
  return new Worker(workerUrl, { name: 'other models', workerData: setup });
}
