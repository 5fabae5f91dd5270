import type { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { InferAnswer, InferJob } from '../../platform/kserve/infer-tensors.js';
import type { AnalysisJob, AnalysisResult } from './analysis-job.js';

/** A free worker reserved for one caller, who may still have to fetch the pixels. Exactly one of its methods must be called. */
export interface Reservation {
  /** Model for the job. */
  readonly model: ModelInfo;
  run(job: AnalysisJob): Promise<AnalysisResult>;
  /** Runs the graph on tensors as it declares them. */
  infer(job: InferJob): Promise<InferAnswer>;
  release(): void;
}

/** A free worker reserved for the client that the dispatcher picks. */
export interface HeldWorker extends Reservation {
  /** Best number of jobs of one input size per run; undefined: 1. */
  readonly together?: number;
  /** Splits the reservation into several whose jobs share a run. Replaces this reservation. */
  split?(count: number): Reservation[];
}

/** A reservation without a worker: every call fails with the error. */
export function refusedReservation(model: ModelInfo, error: LookoutError): HeldWorker {
  return {
    model,
    run: () => Promise.reject(error),
    infer: () => Promise.reject(error),
    release: () => undefined,
  };
}

/** What a job needs before it can run; if that fails, the reservation is released. */
export async function orRelease<T>(reservation: Reservation, get: () => Promise<T>): Promise<T> {
  try {
    return await get();
  } catch (error) {
    reservation.release();
    throw error;
  }
}

/** A worker reserved for several jobs of one run. Exactly one of its methods must be called. */
export interface SharedWorker extends Reservation {
  /** @returns the outcome of each job */
  runTogether(jobs: AnalysisJob[]): Promise<PromiseSettledResult<AnalysisResult>[]>;
}

interface Seat {
  job: AnalysisJob;
  resolve(result: AnalysisResult): void;
  reject(error: unknown): void;
}

/**
 * Splits one reserved worker into `count` reservations. Their jobs start together once each reservation has been used or
 * released, so a job waits only until the pixels of the others are there.
 */
export function splitReservation(worker: Omit<SharedWorker, 'infer'>, count: number): Reservation[] {
  const taken: Seat[] = [];
  let open = count;
  const settle = () => {
    open--;
    if (open === 0) void start(worker, taken);
  };
  return Array.from({ length: count }, () => ({
    model: worker.model,
    run: (job: AnalysisJob) =>
      new Promise<AnalysisResult>((resolve, reject) => {
        taken.push({ job, resolve, reject });
        settle();
      }),
    infer: () => {
      settle();
      return Promise.reject(new TypeError('Tensor requests can not share a run'));
    },
    release: settle,
  }));
}

async function start(worker: Omit<SharedWorker, 'infer'>, taken: readonly Seat[]): Promise<void> {
  const [first, ...others] = taken;
  if (!first) {
    worker.release();
    return;
  }
  if (others.length === 0) {
    worker.run(first.job).then(first.resolve, first.reject);
    return;
  }
  try {
    const results = await worker.runTogether(taken.map(({ job }) => job));
    for (const [i, seat] of taken.entries()) {
      const result = results[i]!;
      if (result.status === 'fulfilled') seat.resolve(result.value);
      else seat.reject(result.reason);
    }
  } catch (error) {
    for (const { reject } of taken) reject(error);
  }
}
