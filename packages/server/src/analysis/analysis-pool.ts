import { Worker } from 'node:worker_threads';
import { type ErrorCode, LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { AnalysisJob, AnalysisResult, FromWorker, ToWorker, WorkerSetup } from './analysis-job.js';

export interface AnalysisPoolOptions {
  model: ModelInfo;
  workers: number;
  provider?: string;
  /** Starts the thread of a worker; by default the analysis worker of this package. */
  createThread?: (setup: WorkerSetup) => Worker;
  /** Pause before a died worker is replaced, ms. Default 1000; it doubles while the replacement fails too. */
  respawnDelayMs?: number;
  /** A worker died or could not start. */
  onFault?: (error: Error) => void;
}

interface Running {
  id: number;
  resolve(result: AnalysisResult): void;
  reject(error: Error): void;
}

/** Most picture jobs (snapshots, first frames of feeds) that may wait for a worker. */
const maxWaitingJobs = 32;

/** Pause before a died worker is replaced: a model that kills its worker must not spin the machine. */
const defaultRespawnDelayMs = 1000;
const maxRespawnDelayMs = 60_000;

/**
 * ONNX Runtime hands out a megabyte of new buffers with each result. With a small young generation the cheap collections come
 * often enough to free them; left to its defaults V8 runs four full ones a second in each worker, 5 % of two cores.
 */
const youngGenerationMb = 2;

/** Workers run the built file, also when this module is loaded from source. */
const workerUrl = new URL(
  import.meta.url.replace('/src/', '/dist/').replace(/analysis-pool\.[jt]s$/, 'analysis-worker.js'),
);

/** A worker thread and the one job it has in hand. */
class AnalysisWorker {
  readonly thread: Worker;
  running: Running | undefined;
  ready = false;
  reserved = false;
  /** Its thread has ended: nothing sent there is ever answered. */
  dead = false;

  constructor(thread: Worker) {
    this.thread = thread;
  }

  get free(): boolean {
    return this.ready && !this.running && !this.reserved;
  }
}

function createAnalysisThread(setup: WorkerSetup): Worker {
  return new Worker(workerUrl, {
    workerData: setup,
    name: 'analysis',
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
  });
}

/** A free worker held for one caller, who still has to fetch the pixels. Ends with exactly one of `run` and `release`. */
export interface Reservation {
  run(job: AnalysisJob): Promise<AnalysisResult>;
  release(): void;
}

/**
 * The analysis workers: one ONNX session each. There is no queue of frames: a caller asks for a free worker and, when there is
 * none, keeps its newest frame to itself. Only small picture jobs wait, in a short bounded line served first.
 */
export class AnalysisPool {
  readonly #options: AnalysisPoolOptions;
  readonly #workers = new Set<AnalysisWorker>();
  readonly #waiting: Array<{ job: AnalysisJob; running: Omit<Running, 'id'> }> = [];
  #nextId = 0;
  #probed = false;
  #closed = false;
  #busyMs = 0;
  /** The execution provider in use. */
  provider = 'cpu';
  /** What is odd about the model, found out by the first worker; undefined where nothing is. */
  modelWarning: string | undefined;
  /** Called whenever a worker becomes free. */
  onIdle: () => void = () => undefined;

  private constructor(options: AnalysisPoolOptions) {
    this.#options = options;
  }

  /**
   * Starts the workers and waits for the first to be ready.
   * @throws LookoutError when the model can't be loaded.
   */
  static async start(options: AnalysisPoolOptions): Promise<AnalysisPool> {
    const pool = new AnalysisPool(options);
    const starts = Array.from({ length: options.workers }, () => pool.#spawn());
    for (const start of starts.slice(1)) start.catch((error: Error) => options.onFault?.(error));
    try {
      await starts[0];
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  get size(): number {
    return this.#options.workers;
  }

  get readyCount(): number {
    let count = 0;
    for (const worker of this.#workers) if (worker.ready) count++;
    return count;
  }

  /** Milliseconds all workers together have been at work since the start. */
  get busyMs(): number {
    return this.#busyMs;
  }

  /** Holds a free worker; `undefined` when there is none. */
  reserve(): Reservation | undefined {
    const worker = this.#free();
    if (!worker) return undefined;
    worker.reserved = true;
    return {
      run: (job) => {
        worker.reserved = false;
        return this.#assign(worker, job);
      },
      release: () => {
        worker.reserved = false;
        this.#freed(worker);
      },
    };
  }

  /** Runs a small picture job as soon as a worker is free, before any frame. */
  runSoon(job: AnalysisJob): Promise<AnalysisResult> {
    const free = this.#free();
    if (free) return this.#assign(free, job);
    if (this.#waiting.length >= maxWaitingJobs) {
      return Promise.reject(new LookoutError('unavailable', `More than ${maxWaitingJobs} pictures wait to be made`));
    }
    return new Promise((resolve, reject) => this.#waiting.push({ job, running: { resolve, reject } }));
  }

  /** Lets every worker finish what it has in hand, then ends them. */
  async close(): Promise<void> {
    this.#closed = true;
    const closed = new LookoutError('unavailable', 'The server is shutting down');
    for (const { running } of this.#waiting.splice(0)) running.reject(closed);
    await Promise.all([...this.#workers].map((worker) => closeWorker(worker)));
    this.#workers.clear();
  }

  #free(): AnalysisWorker | undefined {
    for (const worker of this.#workers) if (worker.free) return worker;
    return undefined;
  }

  #assign(worker: AnalysisWorker, job: AnalysisJob): Promise<AnalysisResult> {
    // It died while it was held.
    if (worker.dead)
      return Promise.reject(new LookoutError('inference_failed', 'The analysis worker ended unexpectedly'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const startedMs = performance.now();
      const ended =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          this.#busyMs += performance.now() - startedMs;
          settle(value);
        };
      worker.running = { id, resolve: ended(resolve), reject: ended(reject) };
      const transfer = job.picture.kind === 'rgb' ? [job.picture.rgb.buffer] : [];
      worker.thread.postMessage({ type: 'run', id, job } satisfies ToWorker, transfer);
    });
  }

  #spawn(): Promise<void> {
    const { model, provider = 'cpu', createThread = createAnalysisThread } = this.#options;
    // What the first worker finds out holds for all.
    const probe = !this.#probed;
    this.#probed = true;
    const worker = new AnalysisWorker(createThread({ model, provider, threads: 1, probe }));
    this.#workers.add(worker);
    return new Promise((resolve, reject) => {
      worker.thread.on('message', (message: FromWorker) => {
        switch (message.type) {
          case 'ready':
            worker.ready = true;
            this.provider = message.provider;
            this.modelWarning ??= message.warning;
            resolve();
            this.#freed(worker);
            break;
          case 'failed':
            reject(new LookoutError(message.code as ErrorCode, message.message, { hint: message.hint }));
            void worker.thread.terminate();
            break;
          default: {
            const { running } = worker;
            if (running?.id !== message.id) return;
            worker.running = undefined;
            if (message.type === 'done') running.resolve(message.result);
            else running.reject(new LookoutError(message.code as ErrorCode, message.message));
            this.#freed(worker);
          }
        }
      });
      worker.thread.on('error', (error) => {
        reject(error);
        this.#options.onFault?.(error);
      });
      worker.thread.on('exit', () => {
        const started = worker.ready;
        worker.ready = false;
        worker.dead = true;
        this.#workers.delete(worker);
        worker.running?.reject(new LookoutError('inference_failed', 'The analysis worker ended unexpectedly'));
        reject(new LookoutError('inference_failed', 'The analysis worker ended before it was ready'));
        // Only a worker that once ran is replaced: a model that can't be loaded will not load the next time either.
        if (started) this.#replace(this.#options.respawnDelayMs ?? defaultRespawnDelayMs);
      });
    });
  }

  /** Starts a worker in place of one that died; tries again, ever more slowly, where that fails (no memory, say). */
  #replace(delayMs: number): void {
    setTimeout(() => {
      if (this.#closed) return;
      this.#spawn().catch((error: Error) => {
        this.#options.onFault?.(error);
        this.#replace(Math.min(delayMs * 2, maxRespawnDelayMs));
      });
    }, delayMs).unref();
  }

  #freed(worker: AnalysisWorker): void {
    if (worker.dead) return;
    const next = this.#waiting.shift();
    if (next) this.#assign(worker, next.job).then(next.running.resolve, next.running.reject);
    else if (!this.#closed) this.onIdle();
  }
}

function closeWorker(worker: AnalysisWorker): Promise<void> {
  return new Promise((resolve) => {
    worker.thread.once('exit', () => resolve());
    // One that is still loading its model gets to it after that: ended inside a native call it would take the process down.
    worker.thread.postMessage({ type: 'close' } satisfies ToWorker);
  });
}
