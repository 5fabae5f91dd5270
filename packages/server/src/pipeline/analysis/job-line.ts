import { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { AnalysisClient, Dispatcher } from './dispatcher.js';
import type { Reservation } from './reservation.js';

export interface JobLineOptions {
  dispatcher: Pick<Dispatcher, 'add' | 'remove' | 'kick'>;
  /** Weight when sharing workers with cameras and sessions: that of a camera at this frame rate. */
  wantedFps: number;
  maxWaiting: number;
  /** Plural noun for the jobs in error messages, e.g. `requests`. */
  jobs: string;
  /** Hint for the error when the queue is full. */
  hint?: string;
  now(): number;
}

/** Requirements of a job, read each time a worker might be assigned. */
export interface JobNeeds {
  readonly model: ModelInfo;
  /** As in `AnalysisClient`. */
  readonly inputSize?: string | undefined;
}

interface WaitingJob {
  needs: JobNeeds;
  start(reservation: Reservation): void;
  reject(error: unknown): void;
}

/**
 * A short queue of jobs that each need their own answer, so that none replaces another. Takes part in sharing the workers as one
 * consumer.
 */
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

  /** Model of the next job; read only while one waits. */
  get model(): ModelInfo {
    return this.#line[0]!.needs.model;
  }

  get inputSize(): string | undefined {
    return this.#line[0]?.needs.inputSize;
  }

  get waiting(): boolean {
    return this.#line.length > 0;
  }

  /** The error for jobs that don't fit in the queue. */
  refusal(): LookoutError {
    const { maxWaiting, jobs, hint } = this.#options;
    const message = `More than ${maxWaiting} ${jobs} are waiting for a worker`;
    return new LookoutError('too_many_requests', message, hint === undefined ? {} : { hint });
  }

  /**
   * @param work starts when its turn comes, and uses the reservation exactly once
   * @param signal removes the job from the queue when its client has gone
   * @throws LookoutError `too_many_requests` if the queue is full; errors of `work`
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

  /** Rejects all waiting jobs. */
  close(): void {
    this.#options.dispatcher.remove(this);
    const closing = new LookoutError('unavailable', 'The server is shutting down');
    for (const { reject } of this.#line.splice(0)) reject(closing);
  }
}
