import type { Worker } from 'node:worker_threads';
import { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { RemoteServers } from '../../platform/remote-models/remote-servers.js';
import { eachSecond } from '../../platform/threads/later.js';
import { DEFAULT_WORK_LIMITS, type WorkLimits } from '../../platform/threads/work-watch.js';
import type { AnalysisJob, AnalysisResult, ModelSetup, OpenedModel, WorkerSetup } from './analysis-job.js';
import { RemoteWork } from './remote-work.js';
import { type HeldWorker, refusedReservation, type SharedWorker, splitReservation } from './reservation.js';
import { WaitingJobs } from './waiting-jobs.js';
import { type WorkEvents, WorkMeter } from './work-meter.js';
import { createAnalysisThread, type WorkerEvents, WorkerHandle } from './worker-handle.js';

export interface AnalysisPoolOptions extends WorkEvents {
  /** Default model at start-up. */
  model: ModelInfo;
  workers: number;
  /** The servers that run remote models. The pool closes them. */
  servers?: RemoteServers | undefined;
  /** Execution provider for `model`. Default cpu. */
  provider?: string;
  /** Creates a worker's thread; default: the analysis worker of this package. */
  createThread?: (setup: WorkerSetup) => Worker;
  /** Pause before a dead worker is replaced, ms. Default 1000; doubles each time the replacement fails too. */
  respawnDelayMs?: number;
  /** How long one step may take before its worker is given up and replaced. */
  limits?: Partial<WorkLimits>;
  /** Calls `tick` once a second until the returned function is called; default: a timer. */
  everySecond?: (tick: () => void) => () => void;
  /** A worker died, could not start, or could not open a model that other workers have open. */
  onFault?: (error: Error) => void;
}

/** Pause before a dead worker is replaced: a model that crashes its worker must not make the machine spin. */
const DEFAULT_RESPAWN_DELAY_MS = 1000;
const MAX_RESPAWN_DELAY_MS = 60_000;

/** A hung thread keeps its core and memory until the process ends, so after this many no worker is replaced any more. */
const MAX_HUNG_THREADS = 8;

/** Several sessions of one thread each give the most frames per second. */
const THREADS_PER_INFERENCE = 1;

/**
 * The analysis workers. Each has one ONNX session of every loaded model. Frames are not queued: a caller reserves a free worker,
 * or else holds on to its newest frame. Only small image jobs wait, in a short bounded queue that is served first.
 * A frame for a remote model also needs a place among the requests on their way to its servers, and holds its worker only while
 * it is prepared and its answer is read.
 * | Models are opened and closed in one worker after another, each of which takes no jobs meanwhile, so that the others keep
 * serving. With a single worker, all cameras lose frames during that time.
 */
export class AnalysisPool {
  readonly #options: AnalysisPoolOptions;
  readonly #workers = new Set<WorkerHandle>();
  /** Given up; their threads may still return. */
  readonly #hung = new Set<WorkerHandle>();
  /** Errors of models that are no longer used, by model name. */
  readonly #refused = new Map<string, LookoutError>();
  readonly #stopTicking: () => void;
  readonly #waiting = new WaitingJobs();
  /** Models that every worker should have open, by name. */
  readonly #setups = new Map<string, ModelSetup>();
  /** The latest change of models; changes run one at a time. */
  #changing: Promise<unknown> = Promise.resolve();
  /** Number of replacement workers about to start. */
  #replacing = 0;
  /** Resolves when the latest replacement has started or failed. */
  #replacement: Promise<void> = Promise.resolve();
  readonly #lock = new SharedArrayBuffer(4);
  #closed = false;
  readonly #work: WorkMeter;
  readonly #remote: RemoteWork;
  /** Called whenever a worker becomes free. */
  onIdle: () => void = () => undefined;
  /** A model hung: it is closed in every worker, and further jobs for it fail with this error. */
  onRefused: (model: string, error: LookoutError) => void = () => undefined;

  private constructor(options: AnalysisPoolOptions) {
    this.#options = options;
    this.#work = new WorkMeter(options);
    this.#remote = new RemoteWork(options.servers, {
      size: options.workers,
      onRoom: () => this.onIdle(),
      detected: (work, { name }, share) => this.#reported(name, this.#work.timed(work, share)),
      here: (job) => this.runSoon(job),
    });
    const { everySecond = eachSecond } = options;
    this.#stopTicking = everySecond(() => {
      for (const worker of [...this.#workers]) worker.tick();
    });
  }

  /**
   * Starts the workers and waits for the first to be ready.
   * @throws LookoutError if the model can't be loaded
   */
  static async start(options: AnalysisPoolOptions): Promise<AnalysisPool> {
    const pool = new AnalysisPool(options);
    const { model, provider = 'cpu', workers } = options;
    pool.#setups.set(model.name, pool.#setupOf(model, provider));
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
    return [...this.#workers].filter(({ ready }) => ready).length;
  }

  /** Threads that were given up and have not returned. Each keeps a core busy or blocks for ever. */
  get hungCount(): number {
    return this.#hung.size;
  }

  /** Why a model is no longer used; undefined if it may be used. */
  refusal(model: string): LookoutError | undefined {
    return this.#refused.get(model);
  }

  /** Total working time of all workers since the start, ms. */
  get busyMs(): number {
    return this.#work.busyMs;
  }

  /** What was learned about a loaded model; undefined if it is not loaded. */
  opened(name: string): OpenedModel | undefined {
    if (!this.#setups.has(name)) return undefined;
    let found: OpenedModel | undefined;
    for (const { models } of this.#workers) {
      const one = models.get(name);
      // Only the first worker checks whether the model detects anything.
      if (one?.warning !== undefined) return one;
      found ??= one;
    }
    return found;
  }

  /**
   * Reserves a free worker that has the model open; undefined if none is free, or no place at its servers. For a refused model,
   * and one whose servers are all away, returns a reservation whose calls fail.
   */
  reserve(model: ModelInfo): HeldWorker | undefined {
    const refusal = this.#refusalFor(model.name) ?? this.#remote.refusal(model);
    if (refusal) return refusedReservation(model, refusal);
    if (model.remote?.pictures) return this.#remote.reservePictures(model);
    const worker = this.#free(model.name);
    const place = worker && this.#remote.place(model);
    if (!place) return undefined;
    worker.reserved = true;
    const share = this.#remote.share(model);
    const held = <T>(work: Promise<T>) => this.#work.timed(work, share).finally(() => place.release());
    const together = this.#together(model.name);
    const shared: SharedWorker = {
      model,
      run: (job) => this.#reported(job.detect && model.name, held(worker.run(job, model.name))),
      runTogether: async (jobs) =>
        (await held(worker.runTogether(jobs, model.name))).map((result) => this.#work.report(model.name, result)),
      infer: (job) => held(worker.infer(job, model.name)),
      release: () => {
        worker.release();
        place.release();
      },
    };
    return { ...shared, together, split: (count) => splitReservation(shared, count) };
  }

  /** Number of frames for this model that could be started now. */
  freeCount(model: ModelInfo): number {
    const free = [...this.#workers].filter((worker) => worker.free && worker.models.has(model.name));
    return this.#remote.room(model, free.length);
  }

  /** Runs a small image job on the next free worker, before any frame. @param model for detection, if the job includes it */
  runSoon(job: AnalysisJob, model?: ModelInfo): Promise<AnalysisResult> {
    const refusal = this.#refusalFor(model?.name) ?? (model && this.#remote.refusal(model));
    if (refusal) return Promise.reject(refusal);
    if (model?.remote?.pictures) return this.#remote.detectSoon(job, model);
    const free = this.#free(model?.name);
    if (free) return this.#run(free, job, model?.name);
    return this.#waiting.add(job, model?.name);
  }

  /**
   * Opens a model in one worker after another.
   * @returns once the first worker has opened it; from then on it can be used for detection
   * @throws LookoutError why the model can't be used; it is then not loaded in any worker
   */
  load(model: ModelInfo, provider: string): Promise<OpenedModel> {
    return this.#oneByOne(async () => {
      const worker = await this.#forChange();
      const setup = this.#setupOf(model, provider);
      const opened = await this.#withClaimed(worker, () => worker.open(setup));
      this.#refused.delete(model.name);
      this.#setups.set(model.name, { ...setup, probe: false });
      this.#spread();
      this.onIdle();
      return opened;
    });
  }

  /** Closes a model in every worker, after the jobs in progress. The caller ensures that no new jobs ask for it. */
  unload(name: string): Promise<void> {
    this.#setups.delete(name);
    return this.#oneByOne(async () => {
      for (const worker of [...this.#workers]) {
        if (!worker.models.has(name) || worker.dead) continue;
        await this.#withClaimed(worker, () => worker.drop(name)).catch((error: Error) => this.#fault(error));
      }
    });
  }

  /** Resolves when the current opening and closing of models has finished in every worker. */
  async settled(): Promise<void> {
    await this.#changing;
  }

  /** Lets every worker finish its job, then ends it. Hung threads are left until the process ends. */
  async close(): Promise<void> {
    this.#closed = true;
    const closed = new LookoutError('unavailable', 'The server is shutting down');
    this.#waiting.refuse(closed);
    await Promise.all([...this.#workers].map((worker) => worker.close()));
    this.#remote.close();
    this.#stopTicking();
    this.#workers.clear();
  }

  #setupOf(model: ModelInfo, provider: string): ModelSetup {
    // The built-in model is known to work, so the start does not wait for a probe.
    const probe = model.precision === undefined;
    return { model, provider, threads: THREADS_PER_INFERENCE, lock: this.#lock, probe };
  }

  #refusalFor(model: string | undefined): LookoutError | undefined {
    if (this.#workers.size === 0 && this.#hung.size >= MAX_HUNG_THREADS) {
      return new LookoutError('unavailable', `${this.#hung.size} analysis threads hang: no new ones are started`, {
        hint: 'Restart Lookout to free them.',
      });
    }
    return model === undefined ? undefined : this.#refused.get(model);
  }

  #onHang(worker: WorkerHandle, error: LookoutError, model: string | undefined, wasReady: boolean): void {
    this.#workers.delete(worker);
    this.#hung.add(worker);
    this.#fault(error);
    if (model !== undefined) this.#refuse(model, error);
    // A worker that hung while starting is retried by its caller, if at all.
    if (wasReady) this.#replace(0);
  }

  #refuse(model: string, error: LookoutError): void {
    const isNew = !this.#refused.has(model);
    this.#refused.set(model, error);
    this.#waiting.refuse(error, model);
    if (!isNew) return;
    void this.unload(model);
    this.onRefused(model, error);
    // Waiting frames for this model get their error now.
    this.onIdle();
  }

  /** @param model undefined: any worker will do */
  #free(model: string | undefined): WorkerHandle | undefined {
    let isThere = model === undefined;
    let other: WorkerHandle | undefined;
    for (const worker of this.#workers) {
      if (model === undefined || worker.models.has(model)) {
        isThere = true;
        if (worker.free) return worker;
      } else if (worker.free) other = worker;
    }
    // If no worker has the model (e.g. a replacement worker could not open it), return any free worker: its error reaches the
    // caller, who would otherwise wait for ever.
    return isThere ? undefined : other;
  }

  /** Measured by the first worker that opened the model, for all of them. */
  #together(model: string): number {
    let most = 1;
    for (const { models } of this.#workers) most = Math.max(most, models.get(model)?.together ?? 1);
    return most;
  }

  #run(worker: WorkerHandle, job: AnalysisJob, model: string | undefined): Promise<AnalysisResult> {
    return this.#reported(job.detect && model, this.#work.timed(worker.run(job, model)));
  }

  /** @param model used for detection, if any */
  async #reported(model: string | undefined, work: Promise<AnalysisResult>): Promise<AnalysisResult> {
    const [settled] = await Promise.allSettled([work]);
    const result = this.#work.report(model, settled);
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }

  #spawn(): Promise<void> {
    const { createThread = createAnalysisThread, onFault, limits } = this.#options;
    const models = [...this.#setups.values()];
    // Probe results of the first worker hold for all.
    for (const [name, setup] of this.#setups) this.#setups.set(name, { ...setup, probe: false });
    const events: WorkerEvents = {
      onFree: (free) => this.#freed(free),
      onAsk: (message, read) => this.#remote.ask(message, read),
      onModelFailed: (_name, error) => onFault?.(error),
      onFault: (error) => onFault?.(error),
      onHang: (...args) => this.#onHang(...args),
      onExit: (ended, wasReady) => {
        this.#workers.delete(ended);
        if (this.#hung.delete(ended)) this.#replaceMissing();
        // A worker that never became ready is not replaced: its model would fail to load again.
        if (wasReady) this.#replace(this.#options.respawnDelayMs ?? DEFAULT_RESPAWN_DELAY_MS);
      },
    };
    const setup: WorkerSetup = { models, runs: new SharedArrayBuffer(4) };
    const options = { setup, limits: { ...DEFAULT_WORK_LIMITS, ...limits }, events };
    const worker = new WorkerHandle(createThread(setup), options);
    this.#workers.add(worker);
    // Opens models that were loaded while this worker was starting.
    return worker.started.then(() => this.#spread());
  }

  /** Starts a replacement worker; retries with growing pauses if that fails, e.g. for lack of memory. */
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

  /** A hung thread has returned: start the workers that could not be replaced before. */
  #replaceMissing(): void {
    while (this.#workers.size + this.#replacing < this.size) this.#replace(0);
  }

  #freed(worker: WorkerHandle): void {
    const next = this.#waiting.take(worker.models);
    if (next) this.#run(worker, next.job, next.model).then(next.resolve, next.reject);
    else if (!this.#closed) this.onIdle();
  }

  /** Opens every loaded model in every worker that lacks it, one at a time. */
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

  /** The worker to change first: an idle one if possible. */
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
