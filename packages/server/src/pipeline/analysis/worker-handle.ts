import { Worker } from 'node:worker_threads';
import { type ErrorCode, LookoutError } from '@lookout/protocol';
import type { InferAnswer, InferJob } from '../../platform/kserve/infer-tensors.js';
import { type WatchedWork, type WorkLimits, WorkWatch } from '../../platform/threads/work-watch.js';
import type {
  AnalysisJob,
  AnalysisResult,
  Drawing,
  DrawnPicture,
  FromWorker,
  JobOutcome,
  KeptPicture,
  ModelSetup,
  OpenedModel,
  SentError,
  ToWorker,
  WorkerResult,
  WorkerSetup,
} from './analysis-job.js';
import { PassedRequests, type PassedRequestsOptions } from './passed-requests.js';

export interface WorkerEvents {
  /** The worker became idle or ready. */
  onFree(worker: WorkerHandle): void;
  onAsk: PassedRequestsOptions['ask'];
  /** One of its initial models could not be opened, while others could. */
  onModelFailed(name: string, error: LookoutError): void;
  onFault(error: Error): void;
  /**
   * One step took too long, so the worker was given up and its jobs rejected. A thread can't be stopped inside a native call; if
   * the call returns, the thread ends and `onExit` follows.
   * @param model that hangs; undefined if it was not a model that hung
   * @param wasReady whether it had been ready before
   */
  onHang(worker: WorkerHandle, error: LookoutError, model: string | undefined, wasReady: boolean): void;
  /** The thread has ended. @param wasReady whether it was ready and had not been given up */
  onExit(worker: WorkerHandle, wasReady: boolean): void;
}

export interface WorkerHandleOptions {
  setup: WorkerSetup;
  limits: WorkLimits;
  events: WorkerEvents;
}

interface Pending extends WatchedWork {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * ONNX Runtime returns about a megabyte of new buffers per result. With a small young generation, cheap collections run often
 * enough to free them; with its defaults V8 runs four full collections per second in each worker, 5 % of two cores.
 */
const YOUNG_GENERATION_MB = 2;

/** Workers run the built file, even when this module is loaded from source. */
const workerUrl = new URL(
  import.meta.url.replace('/src/', '/dist/').replace(/worker-handle\.[jt]s$/, 'analysis-worker.js'),
);

/** Creates the thread of an analysis worker. */
export function createAnalysisThread(setup: WorkerSetup): Worker {
  return new Worker(workerUrl, {
    workerData: setup,
    name: 'analysis',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
}

/** A worker thread with its open models and its current job. */
export class WorkerHandle {
  /** The open models and what the worker learned about each, by name. */
  readonly models = new Map<string, OpenedModel>();
  /** Resolves when the worker takes jobs; rejects if it can't start. */
  readonly started: Promise<void>;
  /** Reserved by a caller that still has to fetch the pixels. */
  reserved = false;
  readonly #thread: Worker;
  readonly #events: WorkerEvents;
  readonly #watch: WorkWatch;
  /** The model being opened during start-up. */
  #opening: WatchedWork | undefined;
  /** Unanswered messages by number: one job, or the drawings of one. */
  readonly #pending = new Map<number, Pending>();
  /** Requests of its jobs to other servers. */
  readonly #requests: PassedRequests;
  /** Images of the last job that are neither drawn nor released. */
  readonly #kept = new Set<number>();
  #claimed = false;
  /** The claimant, while it waits for the current job to end. */
  #claimant: { resolve(): void; reject(error: Error): void } | undefined;
  #ready = false;
  #dead = false;
  #nextId = 0;
  #rejectStart: (error: Error) => void = () => undefined;
  readonly #gone: Promise<void>;
  #leave: () => void = () => undefined;

  constructor(thread: Worker, { setup, limits, events }: WorkerHandleOptions) {
    this.#thread = thread;
    this.#events = events;
    this.#watch = new WorkWatch(new Int32Array(setup.runs), limits);
    this.#requests = new PassedRequests({
      ask: (...asked) => events.onAsk(...asked),
      send: (message, transfer) => thread.postMessage(message, transfer),
      onWaiting: () => this.#becameFree(),
    });
    this.#gone = new Promise((resolve) => {
      this.#leave = resolve;
    });
    this.started = new Promise((resolve, reject) => {
      this.#rejectStart = reject;
      this.#listen(setup, resolve, reject);
    });
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** The thread has ended or was given up, so messages to it are never answered. */
  get dead(): boolean {
    return this.#dead;
  }

  get free(): boolean {
    return this.#isIdle && !this.#claimed;
  }

  /** Checks the progress of the current work; call once a second. */
  tick(): void {
    const work = this.#ready ? this.#inProgress : this.#opening;
    const error = this.#dead ? undefined : this.#watch.tick(work);
    if (error) this.#giveUp(error, error.code === 'model_timeout' ? work?.model : undefined);
  }

  /** @param model for detection, if the job includes it */
  run(job: AnalysisJob, model: string | undefined): Promise<AnalysisResult> {
    const transfer = job.picture.kind === 'rgb' ? [job.picture.rgb.buffer] : [];
    return this.#ask(
      (id) => ({ type: 'run', id, job, model }),
      { model },
      transfer,
      (result: WorkerResult) => this.#received(result),
    );
  }

  /** Runs several jobs in one run of the model. @returns the outcome of each */
  runTogether(jobs: AnalysisJob[], model: string): Promise<PromiseSettledResult<AnalysisResult>[]> {
    const transfer = jobs.flatMap(({ picture }) => (picture.kind === 'rgb' ? [picture.rgb.buffer] : []));
    return this.#ask(
      (id) => ({ type: 'run-together', id, jobs, model }),
      { model },
      transfer,
      (outcomes: JobOutcome[]) =>
        outcomes.map((outcome) =>
          'result' in outcome
            ? { status: 'fulfilled', value: this.#received(outcome.result) }
            : { status: 'rejected', reason: toError(outcome.error) },
        ),
    );
  }

  /** Runs the graph on tensors. */
  infer(job: InferJob, model: string): Promise<InferAnswer> {
    // Transfers the buffer if the request owns all of it; otherwise copies the part.
    const body = job.body.byteLength === job.body.buffer.byteLength ? job.body : Uint8Array.from(job.body);
    const message = (id: number): ToWorker => ({ type: 'infer', id, job: { ...job, body }, model });
    return this.#ask(message, { model }, [body.buffer as ArrayBuffer]);
  }

  /** Opens a model, which blocks the worker meanwhile. For the claimant only. */
  async open(setup: ModelSetup): Promise<OpenedModel> {
    const opened = await this.#ask<OpenedModel>((id) => ({ type: 'open', id, setup }), openingOf(setup));
    this.models.set(opened.name, opened);
    return opened;
  }

  /** Closes a model. For the claimant only. */
  async drop(model: string): Promise<void> {
    this.models.delete(model);
    await this.#ask((id) => ({ type: 'drop', id, model }), { model, isOpening: true });
  }

  /** Stops the worker from taking new jobs; resolves when the current one is done. One claimant at a time. */
  claim(): Promise<void> {
    if (this.#dead) return Promise.reject(unexpectedEnd());
    this.#claimed = true;
    return new Promise((resolve, reject) => {
      this.#claimant = { resolve, reject };
      this.#grant();
    });
  }

  /** Lets the worker take jobs again. */
  unclaim(): void {
    this.#claimed = false;
    this.#becameFree();
  }

  /** Releases an unused reservation. */
  release(): void {
    this.reserved = false;
    this.#becameFree();
  }

  /** Lets the worker finish its job, then ends it; also resolves if it is given up. */
  close(): Promise<void> {
    // A worker that is loading a model handles this afterwards: ending it inside a native call would crash the process.
    if (!this.#dead) this.#thread.postMessage({ type: 'close' } satisfies ToWorker);
    return this.#gone;
  }

  /** It has nothing to do now; jobs may wait for another server. */
  get #isIdle(): boolean {
    return this.#ready && this.#busyCount === 0 && this.#kept.size === 0 && !this.reserved;
  }

  get #busyCount(): number {
    return this.#pending.size - this.#requests.waiting;
  }

  /** Messages are handled in order, so it is the oldest; a later one is taken only while those before wait for another server. */
  get #inProgress(): WatchedWork | undefined {
    if (this.#busyCount <= 0) return undefined;
    return this.#requests.waiting > 0 ? [...this.#pending.values()].at(-1) : this.#pending.values().next().value;
  }

  #giveUp(error: LookoutError, model: string | undefined): void {
    const wasReady = this.#ready;
    this.#ready = false;
    this.#rejectAll(error);
    this.#rejectStart(error);
    this.#thread.unref();
    this.#thread.postMessage({ type: 'close' } satisfies ToWorker);
    this.#events.onHang(this, error, model, wasReady);
  }

  /** Marks the worker dead and rejects everything pending. */
  #rejectAll(error: LookoutError): void {
    this.#dead = true;
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    this.#kept.clear();
    this.#requests.end();
    this.#claimant?.reject(error);
    this.#leave();
  }

  /** @param receive converts the answer before the worker counts as free */
  #ask<A, T = A>(
    message: (id: number) => ToWorker,
    work: WatchedWork,
    transfer: ArrayBuffer[] = [],
    receive?: (answer: A) => T,
  ) {
    this.reserved = false;
    // The worker died while it was reserved.
    if (this.#dead) return Promise.reject<T>(unexpectedEnd());
    const id = this.#nextId++;
    return new Promise<T>((resolve, reject) => {
      const received = (answer: unknown) => resolve(receive ? receive(answer as A) : (answer as T));
      this.#pending.set(id, { ...work, resolve: received, reject });
      this.#thread.postMessage(message(id), transfer);
    });
  }

  #received({ kept, ...result }: WorkerResult): AnalysisResult {
    return kept === undefined ? result : { ...result, picture: this.#keep(kept) };
  }

  #keep(picture: number): KeptPicture {
    this.#kept.add(picture);
    return {
      draw: (drawing: Drawing) => {
        this.#kept.delete(picture);
        return this.#ask<DrawnPicture>((id) => ({ type: 'draw', id, picture, drawing }), { model: undefined });
      },
      release: () => {
        if (!this.#kept.delete(picture)) return;
        this.#thread.postMessage({ type: 'release', picture } satisfies ToWorker);
        this.#becameFree();
      },
    };
  }

  #listen({ models }: WorkerSetup, resolve: () => void, reject: (error: Error) => void): void {
    const { onModelFailed, onFault, onExit } = this.#events;
    this.#thread.on('message', (message: FromWorker) => {
      // A worker that was given up has returned; it ends now.
      if (this.#dead) return;
      if (message.type === 'opening') {
        const setup = models.find(({ model }) => model.name === message.name);
        this.#opening = setup && openingOf(setup);
        return;
      }
      if (message.type === 'ask') {
        void this.#requests.pass(message);
        return;
      }
      if (message.type === 'read') {
        this.#requests.read(message.ask, message.error);
        return;
      }
      if (message.type !== 'ready') {
        this.#settle(message);
        return;
      }
      const { opened, failed } = message;
      if (opened.length === 0 && failed[0]) {
        reject(toError(failed[0]));
        void this.#thread.terminate();
        return;
      }
      for (const one of opened) this.models.set(one.name, one);
      for (const one of failed) onModelFailed(one.name, toError(one));
      this.#ready = true;
      resolve();
      this.#becameFree();
    });
    this.#thread.on('error', (error) => {
      reject(error);
      onFault(error);
    });
    this.#thread.on('exit', () => {
      const wasReady = this.#ready;
      this.#ready = false;
      this.#rejectAll(unexpectedEnd());
      reject(new LookoutError('inference_failed', 'The analysis worker ended before it was ready'));
      onExit(this, wasReady);
    });
  }

  #settle(message: Extract<FromWorker, { id: number }>): void {
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    this.#pending.delete(message.id);
    if (message.type === 'done') pending.resolve(message.value);
    else pending.reject(toError(message));
    this.#becameFree();
  }

  #becameFree(): void {
    if (this.#dead) return;
    if (this.#claimed) this.#grant();
    else if (this.free) this.#events.onFree(this);
  }

  #grant(): void {
    if (!this.#isIdle || this.#pending.size > 0) return;
    this.#claimant?.resolve();
    this.#claimant = undefined;
  }
}

function openingOf({ model, provider }: ModelSetup): WatchedWork {
  return { model: model.name, isOpening: true, provider };
}

function toError({ code, message, hint, errors }: SentError): LookoutError {
  return new LookoutError(code as ErrorCode, message, {
    ...(hint !== undefined && { hint }),
    ...(errors !== undefined && { errors }),
  });
}

function unexpectedEnd(): LookoutError {
  return new LookoutError('inference_failed', 'The analysis worker ended unexpectedly');
}
