import type { Worker } from 'node:worker_threads';
import { type ErrorCode, LookoutError } from '@lookout/protocol';
import type { InferAnswer, InferJob } from '../kserve/infer-tensors.js';
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
} from './analysis-job.js';

export interface WorkerEvents {
  /** It has nothing in hand any more, or has just become ready. */
  onFree(worker: WorkerHandle): void;
  /** A model it was started with could not be opened; others could. */
  onModelFailed(name: string, error: LookoutError): void;
  onFault(error: Error): void;
  /** Its thread has ended. @param wasReady it once ran */
  onExit(worker: WorkerHandle, wasReady: boolean): void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** A worker thread, the models it has open and the job it has in hand. */
export class WorkerHandle {
  /** What it found out about each model it has open, by name. */
  readonly models = new Map<string, OpenedModel>();
  /** Resolves when it takes jobs; rejects where it can't start. */
  readonly started: Promise<void>;
  /** Held for a caller who still has to fetch the pixels. */
  reserved = false;
  readonly #thread: Worker;
  readonly #events: WorkerEvents;
  /** By the number of the message that is not answered yet: one job, or the drawings of one. */
  readonly #pending = new Map<number, Pending>();
  /** Pictures of the last job that are neither drawn nor released. */
  readonly #kept = new Set<number>();
  #claimed = false;
  /** Who claimed it and still waits for the job in hand to end. */
  #claimant: { resolve(): void; reject(error: Error): void } | undefined;
  #ready = false;
  #dead = false;
  #nextId = 0;

  constructor(thread: Worker, events: WorkerEvents) {
    this.#thread = thread;
    this.#events = events;
    this.started = new Promise((resolve, reject) => this.#listen(resolve, reject));
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Its thread has ended: nothing sent there is ever answered. */
  get dead(): boolean {
    return this.#dead;
  }

  get free(): boolean {
    return this.#isIdle && !this.#claimed;
  }

  /** @param model by which to detect, where the job asks for that. */
  run(job: AnalysisJob, model: string | undefined): Promise<AnalysisResult> {
    const transfer = job.picture.kind === 'rgb' ? [job.picture.rgb.buffer] : [];
    return this.#ask(
      (id) => ({ type: 'run', id, job, model }),
      transfer,
      (result: WorkerResult) => this.#received(result),
    );
  }

  /** Several jobs of one run of the model. @returns for each what became of it */
  runTogether(jobs: AnalysisJob[], model: string): Promise<PromiseSettledResult<AnalysisResult>[]> {
    const transfer = jobs.flatMap(({ picture }) => (picture.kind === 'rgb' ? [picture.rgb.buffer] : []));
    return this.#ask(
      (id) => ({ type: 'run-together', id, jobs, model }),
      transfer,
      (outcomes: JobOutcome[]) =>
        outcomes.map((outcome) =>
          'result' in outcome
            ? { status: 'fulfilled', value: this.#received(outcome.result) }
            : { status: 'rejected', reason: toError(outcome.error) },
        ),
    );
  }

  /** Tensors in, tensors out. */
  infer(job: InferJob, model: string): Promise<InferAnswer> {
    // Given away where it is all of its memory; of a part of some, the part is copied.
    const body = job.body.byteLength === job.body.buffer.byteLength ? job.body : Uint8Array.from(job.body);
    return this.#ask((id) => ({ type: 'infer', id, job: { ...job, body }, model }), [body.buffer as ArrayBuffer]);
  }

  /** Opens a model there, which takes its time: nothing else is done meanwhile. Only for who has claimed it. */
  async open(setup: ModelSetup): Promise<OpenedModel> {
    const opened = await this.#ask<OpenedModel>((id) => ({ type: 'open', id, setup }));
    this.models.set(opened.name, opened);
    return opened;
  }

  /** Closes a model there. Only for who has claimed it. */
  async drop(model: string): Promise<void> {
    this.models.delete(model);
    await this.#ask((id) => ({ type: 'drop', id, model }));
  }

  /** Takes it out of the work: it gets no more jobs; resolves when the one in hand is done. For one at a time. */
  claim(): Promise<void> {
    if (this.#dead) return Promise.reject(unexpectedEnd());
    this.#claimed = true;
    return new Promise((resolve, reject) => {
      this.#claimant = { resolve, reject };
      this.#grant();
    });
  }

  /** Gives it back to the work. */
  unclaim(): void {
    this.#claimed = false;
    this.#becameFree();
  }

  /** Gives a reservation back unused. */
  release(): void {
    this.reserved = false;
    this.#becameFree();
  }

  /** Lets it finish what it has in hand, then ends it. */
  close(): Promise<void> {
    if (this.#dead) return Promise.resolve();
    return new Promise((resolve) => {
      this.#thread.once('exit', () => resolve());
      // One that is still loading its model gets to it after that: ended inside a native call it would take the process down.
      this.#thread.postMessage({ type: 'close' } satisfies ToWorker);
    });
  }

  get #isIdle(): boolean {
    return this.#ready && this.#pending.size === 0 && this.#kept.size === 0 && !this.reserved;
  }

  /** @param receive makes of the answer what the caller gets, before the worker counts as free. */
  #ask<A, T = A>(message: (id: number) => ToWorker, transfer: ArrayBuffer[] = [], receive?: (answer: A) => T) {
    this.reserved = false;
    // It died while it was held.
    if (this.#dead) return Promise.reject<T>(unexpectedEnd());
    const id = this.#nextId++;
    return new Promise<T>((resolve, reject) => {
      const received = (answer: unknown) => resolve(receive ? receive(answer as A) : (answer as T));
      this.#pending.set(id, { resolve: received, reject });
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
        return this.#ask<DrawnPicture>((id) => ({ type: 'draw', id, picture, drawing }));
      },
      release: () => {
        if (!this.#kept.delete(picture)) return;
        this.#thread.postMessage({ type: 'release', picture } satisfies ToWorker);
        this.#becameFree();
      },
    };
  }

  #listen(resolve: () => void, reject: (error: Error) => void): void {
    const { onModelFailed, onFault, onExit } = this.#events;
    this.#thread.on('message', (message: FromWorker) => {
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
      this.#dead = true;
      for (const { reject: fail } of this.#pending.values()) fail(unexpectedEnd());
      this.#pending.clear();
      this.#kept.clear();
      this.#claimant?.reject(unexpectedEnd());
      reject(new LookoutError('inference_failed', 'The analysis worker ended before it was ready'));
      onExit(this, wasReady);
    });
  }

  #settle(message: Exclude<FromWorker, { type: 'ready' }>): void {
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
    if (!this.#isIdle) return;
    this.#claimant?.resolve();
    this.#claimant = undefined;
  }
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
