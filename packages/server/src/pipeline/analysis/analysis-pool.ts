import type { Worker } from 'node:worker_threads';
import { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import { DEFAULT_WORK_LIMITS, type WorkLimits } from '../../platform/threads/work-watch.js';
import type { AnalysisJob, AnalysisResult, ModelSetup, OpenedModel, WorkerSetup } from './analysis-job.js';
import { type HeldWorker, refusedReservation, splitReservation } from './reservation.js';
import { WaitingJobs } from './waiting-jobs.js';
import { type WorkEvents, WorkMeter } from './work-meter.js';
import { createAnalysisThread, type WorkerEvents, WorkerHandle } from './worker-handle.js';

export interface AnalysisPoolOptions extends WorkEvents {
  /** The model that is there from the start. */
  model: ModelInfo;
  workers: number;
  /** Execution provider for `model`. Default cpu. */
  provider?: string;
  /** Starts the thread of a worker; by default the analysis worker of this package. */
  createThread?: (setup: WorkerSetup) => Worker;
  /** Pause before a died worker is replaced, ms. Default 1000; it doubles while the replacement fails too. */
  respawnDelayMs?: number;
  /** How long a worker may be at one thing before it is given up and replaced. */
  limits?: Partial<WorkLimits>;
  /** Calls `tick` once a second until the function it returns is called; by default a timer does. */
  everySecond?: (tick: () => void) => () => void;
  /** A worker died or could not start, or could not open a model that others have. */
  onFault?: (error: Error) => void;
}

/** Pause before a died worker is replaced: a model that kills its worker must not spin the machine. */
const DEFAULT_RESPAWN_DELAY_MS = 1000;
const MAX_RESPAWN_DELAY_MS = 60_000;

/** Threads that hang keep a core and their memory until the process ends: after so many no worker is replaced any more. */
const MAX_HUNG_THREADS = 8;

/** One per session and several sessions give the most frames per second. */
const THREADS_PER_INFERENCE = 1;

/**
 * The analysis workers, for all models: each has one ONNX session of every model that is loaded. There is no queue of frames: a
 * caller asks for a free worker and, when there is none, keeps its newest frame to itself. Only small picture jobs wait, in a
 * short bounded line served first.
 *
 * Models are opened and closed in one worker after the other, each taken out of the work for as long as that takes, so that the
 * others go on with their cameras. A single worker has to pause for it: its cameras lose the frames of that time.
 */
export class AnalysisPool {
  readonly #options: AnalysisPoolOptions;
  readonly #workers = new Set<WorkerHandle>();
  /** Given up; their threads may still come back. */
  readonly #hung = new Set<WorkerHandle>();
  /** Why models are not used any more, by name. */
  readonly #refused = new Map<string, LookoutError>();
  readonly #stopTicking: () => void;
  readonly #waiting = new WaitingJobs();
  /** What each worker is to have open, by name. */
  readonly #setups = new Map<string, ModelSetup>();
  /** The opening and closing that was begun last: one at a time. */
  #changing: Promise<unknown> = Promise.resolve();
  /** Workers that are about to be started in place of others. */
  #replacing = 0;
  /** Resolves when the last of them has started, or has failed to. */
  #replacement: Promise<void> = Promise.resolve();
  readonly #lock = new SharedArrayBuffer(4);
  #closed = false;
  readonly #work: WorkMeter;
  /** Called whenever a worker becomes free. */
  onIdle: () => void = () => undefined;
  /** A model did not come to an end: it is closed in every worker, and whoever asks for it gets this error. */
  onRefused: (model: string, error: LookoutError) => void = () => undefined;

  private constructor(options: AnalysisPoolOptions) {
    this.#options = options;
    this.#work = new WorkMeter(options);
    const { everySecond = tickBySecond } = options;
    this.#stopTicking = everySecond(() => {
      for (const worker of [...this.#workers]) worker.tick();
    });
  }

  /**
   * Starts the workers and waits for the first to be ready.
   * @throws LookoutError when the model can't be loaded.
   */
  static async start(options: AnalysisPoolOptions): Promise<AnalysisPool> {
    const pool = new AnalysisPool(options);
    const { model, provider = 'cpu', workers } = options;
    pool.#setups.set(model.name, {
      model,
      provider,
      threads: THREADS_PER_INFERENCE,
      lock: pool.#lock,
      probe: isUnknown(model),
    });
    const starts = Array.from({ length: workers }, () => pool.#spawn());
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

  /** Threads that were given up and have not come back: each keeps a core busy, or waits for something that never comes. */
  get hungCount(): number {
    return this.#hung.size;
  }

  /** Why a model is not used any more; undefined where it may be. */
  refusal(model: string): LookoutError | undefined {
    return this.#refused.get(model);
  }

  /** Milliseconds all workers together have been at work since the start. */
  get busyMs(): number {
    return this.#work.busyMs;
  }

  /** What was found out about a model that is loaded: `undefined` for others. */
  opened(name: string): OpenedModel | undefined {
    if (!this.#setups.has(name)) return undefined;
    let found: OpenedModel | undefined;
    for (const { models } of this.#workers) {
      const one = models.get(name);
      // Only the first worker tries whether the model scores at all.
      if (one?.warning !== undefined) return one;
      found ??= one;
    }
    return found;
  }

  /** Holds a free worker that has the model; `undefined` when there is none. Of a model that is refused, one that only refuses. */
  reserve(model: ModelInfo): HeldWorker | undefined {
    const refusal = this.#refusalFor(model.name);
    if (refusal) return refusedReservation(model, refusal);
    const worker = this.#free(model.name);
    if (!worker) return undefined;
    worker.reserved = true;
    const run = (job: AnalysisJob) => this.#run(worker, job, model.name);
    const runTogether = (jobs: AnalysisJob[]) => this.#runTogether(worker, jobs, model.name);
    const release = () => worker.release();
    return {
      model,
      together: this.#together(model.name),
      split: (count) => splitReservation({ model, run, runTogether, release }, count),
      run,
      infer: (job) => this.#work.timed(worker.infer(job, model.name)),
      release,
    };
  }

  /** Workers that could begin with this model at once. */
  freeCount(model: ModelInfo): number {
    let count = 0;
    for (const worker of this.#workers) if (worker.free && worker.models.has(model.name)) count++;
    return count;
  }

  /** Runs a small picture job as soon as a worker is free, before any frame. @param model where it is to detect. */
  runSoon(job: AnalysisJob, model?: ModelInfo): Promise<AnalysisResult> {
    const refusal = this.#refusalFor(model?.name);
    if (refusal) return Promise.reject(refusal);
    const free = this.#free(model?.name);
    if (free) return this.#run(free, job, model?.name);
    return this.#waiting.add(job, model?.name);
  }

  /**
   * Opens a model, in one worker after the other.
   * @returns once the first worker has it: frames can be detected by it from then on.
   * @throws LookoutError why it can't be used; nothing is left of it then.
   */
  load(model: ModelInfo, provider: string): Promise<OpenedModel> {
    return this.#oneByOne(async () => {
      const worker = await this.#forChange();
      const setup: ModelSetup = {
        model,
        provider,
        threads: THREADS_PER_INFERENCE,
        lock: this.#lock,
        probe: isUnknown(model),
      };
      const opened = await this.#withClaimed(worker, () => worker.open(setup));
      this.#refused.delete(model.name);
      this.#setups.set(model.name, { ...setup, probe: false });
      this.#spread();
      this.onIdle();
      return opened;
    });
  }

  /** Closes a model in every worker; what these have in hand is finished before. Nobody may ask for it any more. */
  unload(name: string): Promise<void> {
    this.#setups.delete(name);
    return this.#oneByOne(async () => {
      for (const worker of [...this.#workers]) {
        if (!worker.models.has(name) || worker.dead) continue;
        await this.#withClaimed(worker, () => worker.drop(name)).catch((error: Error) => this.#fault(error));
      }
    });
  }

  /** Resolves when what is being opened and closed now is done, in every worker. */
  async settled(): Promise<void> {
    await this.#changing;
  }

  /** Lets every worker finish what it has in hand, then ends them. Threads that hang are left to the end of the process. */
  async close(): Promise<void> {
    this.#closed = true;
    const closed = new LookoutError('unavailable', 'The server is shutting down');
    this.#waiting.refuse(closed);
    await Promise.all([...this.#workers].map((worker) => worker.close()));
    this.#stopTicking();
    this.#workers.clear();
  }

  #refusalFor(model: string | undefined): LookoutError | undefined {
    if (this.#workers.size === 0 && this.#hung.size >= MAX_HUNG_THREADS) {
      return new LookoutError('unavailable', `${this.#hung.size} analysis threads hang, and no more are started`, {
        hint: 'Restart Lookout.',
      });
    }
    return model === undefined ? undefined : this.#refused.get(model);
  }

  #onHang(worker: WorkerHandle, error: LookoutError, model: string | undefined, wasReady: boolean): void {
    this.#workers.delete(worker);
    this.#hung.add(worker);
    this.#fault(error);
    if (model !== undefined) this.#refuse(model, error);
    // One that did not even start is tried again by whoever started it, if at all.
    if (wasReady) this.#replace(0);
  }

  #refuse(model: string, error: LookoutError): void {
    const isNew = !this.#refused.has(model);
    this.#refused.set(model, error);
    this.#waiting.refuse(error, model);
    if (!isNew) return;
    void this.unload(model);
    this.onRefused(model, error);
    // Frames that wait for it are answered now.
    this.onIdle();
  }

  /** @param model absent: any will do. */
  #free(model: string | undefined): WorkerHandle | undefined {
    let isThere = model === undefined;
    let other: WorkerHandle | undefined;
    for (const worker of this.#workers) {
      if (model === undefined || worker.models.has(model)) {
        isThere = true;
        if (worker.free) return worker;
      } else if (worker.free) other = worker;
    }
    // A model that no worker has, because the replacement of one that died could not open it, say: who asks for it gets that
    // for an answer from any worker, and does not wait for ever.
    return isThere ? undefined : other;
  }

  /** The first worker that opened a model measured it, for all. */
  #together(model: string): number {
    let most = 1;
    for (const { models } of this.#workers) most = Math.max(most, models.get(model)?.together ?? 1);
    return most;
  }

  async #runTogether(worker: WorkerHandle, jobs: AnalysisJob[], model: string) {
    const results = await this.#work.timed(worker.runTogether(jobs, model));
    return results.map((result) => this.#work.told(model, result));
  }

  async #run(worker: WorkerHandle, job: AnalysisJob, model: string | undefined): Promise<AnalysisResult> {
    const [settled] = await Promise.allSettled([this.#work.timed(worker.run(job, model))]);
    const result = this.#work.told(job.detect ? model : undefined, settled);
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }

  #spawn(): Promise<void> {
    const { createThread = createAnalysisThread, onFault, limits } = this.#options;
    const models = [...this.#setups.values()];
    // What the first worker finds out holds for all.
    for (const [name, setup] of this.#setups) this.#setups.set(name, { ...setup, probe: false });
    const events: WorkerEvents = {
      onFree: (free) => this.#freed(free),
      onModelFailed: (_name, error) => onFault?.(error),
      onFault: (error) => onFault?.(error),
      onHang: (...args) => this.#onHang(...args),
      onExit: (ended, wasReady) => {
        this.#workers.delete(ended);
        if (this.#hung.delete(ended)) this.#replaceMissing();
        // Only a worker that once ran is replaced: a model that can't be loaded will not load the next time either.
        if (wasReady) this.#replace(this.#options.respawnDelayMs ?? DEFAULT_RESPAWN_DELAY_MS);
      },
    };
    const setup: WorkerSetup = { models, runs: new SharedArrayBuffer(4) };
    const options = { setup, limits: { ...DEFAULT_WORK_LIMITS, ...limits }, events };
    const worker = new WorkerHandle(createThread(setup), options);
    this.#workers.add(worker);
    // Models that were loaded while it started.
    return worker.started.then(() => this.#spread());
  }

  /** Starts a worker in place of one that died; tries again, ever more slowly, where that fails (no memory, say). */
  #replace(delayMs: number): void {
    this.#replacing++;
    this.#replacement = new Promise((resolve) => {
      setTimeout(async () => {
        this.#replacing--;
        try {
          if (!this.#closed && this.#hung.size < MAX_HUNG_THREADS) await this.#spawn();
        } catch (error) {
          this.#options.onFault?.(error as Error);
          this.#replace(Math.min(Math.max(delayMs, 1) * 2, MAX_RESPAWN_DELAY_MS));
        }
        resolve();
      }, delayMs).unref();
    });
  }

  /** A thread that hung has come back: what was not replaced for want of room is. */
  #replaceMissing(): void {
    while (this.#workers.size + this.#replacing < this.size) this.#replace(0);
  }

  #freed(worker: WorkerHandle): void {
    const next = this.#waiting.take(worker.models);
    if (next) this.#run(worker, next.job, next.model).then(next.resolve, next.reject);
    else if (!this.#closed) this.onIdle();
  }

  /** Has every model opened in every worker that lacks it, one at a time. */
  #spread(): void {
    void this.#oneByOne(async () => {
      for (const worker of this.#workers) {
        for (const [name, setup] of this.#setups) {
          if (this.#closed || !worker.ready || worker.models.has(name)) continue;
          await this.#withClaimed(worker, () => worker.open(setup)).catch((error: Error) => this.#fault(error));
        }
      }
    });
  }

  async #withClaimed<T>(worker: WorkerHandle, change: () => Promise<T>): Promise<T> {
    await worker.claim();
    try {
      return await change();
    } finally {
      worker.unclaim();
    }
  }

  /** The worker to take out of the work first: one that has nothing to do, if there is one. */
  async #forChange(): Promise<WorkerHandle> {
    if (this.readyCount === 0) await this.#replacement;
    const ready = [...this.#workers].filter((worker) => worker.ready);
    const worker = ready.find(({ free }) => free) ?? ready[0];
    if (worker) return worker;
    throw new LookoutError('unavailable', 'No analysis worker is ready');
  }

  #oneByOne<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.#changing.then(change);
    this.#changing = changed.catch(() => undefined);
    return changed;
  }

  #fault(error: Error): void {
    if (!this.#closed) this.#options.onFault?.(error);
  }
}

function tickBySecond(tick: () => void): () => void {
  const timer = setInterval(tick, 1000).unref();
  return () => clearInterval(timer);
}

/** The embedded model is known to score, and the next start shall not wait for it to show that. */
function isUnknown({ precision }: ModelInfo): boolean {
  return precision === undefined;
}
