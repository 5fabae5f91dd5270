import { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { AnalysisClient, Dispatcher } from './dispatcher.js';
import type { Reservation } from './reservation.js';

export interface JobLineOptions {
  /** What its jobs need a worker with. */
  model: ModelInfo;
  dispatcher: Pick<Dispatcher, 'add' | 'remove' | 'kick'>;
  /** Its share of the workers beside a camera or session of so many frames a second. */
  wantedFps: number;
  maxWaiting: number;
  now(): number;
}

interface WaitingJob {
  start(reservation: Reservation): void;
  reject(error: unknown): void;
}

/** Jobs that each have an answer of their own, so that none replaces another: a short line of them, one consumer of the workers. */
export class JobLine implements AnalysisClient {
  readonly #options: JobLineOptions;
  readonly #line: WaitingJob[] = [];
  readonly model: ModelInfo;
  readonly wantedFps: number;
  lastStartedMs: number;

  constructor(options: JobLineOptions) {
    this.#options = options;
    this.model = options.model;
    this.wantedFps = options.wantedFps;
    this.lastStartedMs = options.now();
  }

  get waiting(): boolean {
    return this.#line.length > 0;
  }

  /**
   * @param work begun when its turn comes; it uses the reservation once.
   * @param signal takes it out of the line: whoever asked is gone.
   * @throws LookoutError `too_many_requests` when the line is full; what the work throws.
   */
  run<T>(work: (reservation: Reservation) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { dispatcher, maxWaiting } = this.#options;
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      if (this.#line.length >= maxWaiting) {
        reject(new LookoutError('too_many_requests', `More than ${maxWaiting} requests wait for a worker`));
        return;
      }
      const leave = () => {
        const index = this.#line.indexOf(job);
        if (index !== -1) this.#line.splice(index, 1);
        if (!this.waiting) dispatcher.remove(this);
        reject(signal?.reason);
      };
      const job: WaitingJob = {
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
