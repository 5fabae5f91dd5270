import { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { AnalysisClient, Dispatcher } from './dispatcher.js';
import type { Reservation } from './reservation.js';

export interface JobLineOptions {
  dispatcher: Pick<Dispatcher, 'add' | 'remove' | 'kick'>;
  /** Its share of the workers beside a camera or session of so many frames a second. */
  wantedFps: number;
  maxWaiting: number;
  /** What waits in it, in words: `requests`, say. */
  jobs: string;
  /** What to do where too many wait. */
  hint?: string;
  now(): number;
}

/** What a job needs a worker with; looked at whenever there may be one for it. */
export interface JobNeeds {
  readonly model: ModelInfo;
  /** As of an `AnalysisClient`. */
  readonly inputSize?: string | undefined;
}

interface WaitingJob {
  needs: JobNeeds;
  start(reservation: Reservation): void;
  reject(error: unknown): void;
}

/** Jobs that each have an answer of their own, so that none replaces another: a short line of them, one consumer of the workers. */
export class JobLine implements AnalysisClient {
  readonly #options: JobLineOptions;
  readonly #line: WaitingJob[] = [];
  readonly wantedFps: number;
  lastStartedMs: number;

  constructor(options: JobLineOptions) {
    this.#options = options;
    this.wantedFps = options.wantedFps;
    this.lastStartedMs = options.now();
  }

  /** Of the job that is next; asked for only while one waits. */
  get model(): ModelInfo {
    return this.#line[0]!.needs.model;
  }

  get inputSize(): string | undefined {
    return this.#line[0]?.needs.inputSize;
  }

  get waiting(): boolean {
    return this.#line.length > 0;
  }

  /** What is told to whom there is no room for. */
  refusal(): LookoutError {
    const { maxWaiting, jobs, hint } = this.#options;
    const message = `More than ${maxWaiting} ${jobs} wait for a worker`;
    return new LookoutError('too_many_requests', message, hint === undefined ? {} : { hint });
  }

  /**
   * @param work begun when its turn comes; it uses the reservation once.
   * @param signal takes it out of the line: whoever asked is gone.
   * @throws LookoutError `too_many_requests` when the line is full; what the work throws.
   */
  run<T>(needs: JobNeeds, work: (reservation: Reservation) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { dispatcher, maxWaiting } = this.#options;
    return new Promise<T>((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#line.length >= maxWaiting) throw this.refusal();
      const leave = () => {
        const index = this.#line.indexOf(job);
        if (index !== -1) this.#line.splice(index, 1);
        if (!this.waiting) dispatcher.remove(this);
        reject(signal?.reason);
      };
      const job: WaitingJob = {
        needs,
        start: (reservation) => {
          signal?.removeEventListener('abort', leave);
          work(reservation).then(resolve, reject);
        },
        reject,
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#line.push(job);
      dispatcher.add(this);
      dispatcher.kick();
    });
  }

  analyse(reservation: Reservation): void {
    const next = this.#line.shift();
    if (!this.waiting) this.#options.dispatcher.remove(this);
    if (!next) {
      reservation.release();
      return;
    }
    this.lastStartedMs = this.#options.now();
    next.start(reservation);
  }

  /** Refuses what waits. */
  close(): void {
    this.#options.dispatcher.remove(this);
    const closing = new LookoutError('unavailable', 'The server is shutting down');
    for (const { reject } of this.#line.splice(0)) reject(closing);
  }
}
