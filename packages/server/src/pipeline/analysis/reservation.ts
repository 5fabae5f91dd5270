import type { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { InferAnswer, InferJob } from '../../platform/kserve/infer-tensors.js';
import type { AnalysisJob, AnalysisResult } from './analysis-job.js';

/** A free worker held for one caller, who still has to fetch the pixels. Ends with exactly one of its calls. */
export interface Reservation {
  /** The model that the job will be detected by. */
  readonly model: ModelInfo;
  run(job: AnalysisJob): Promise<AnalysisResult>;
  /** Tensors in as the model's graph declares them, tensors out. */
  infer(job: InferJob): Promise<InferAnswer>;
  release(): void;
}

/** A free worker held for whoever the dispatcher finds. */
export interface HeldWorker extends Reservation {
  /** Jobs of one input size that it had best do in one run; absent: each by itself. */
  readonly together?: number;
  /** This one as several, whose jobs go together; it is not to be used itself any more. */
  split?(count: number): Reservation[];
}

/** Holds no worker: every job is answered by the error. */
export function refusedReservation(model: ModelInfo, error: LookoutError): HeldWorker {
  return {
    model,
    run: () => Promise.reject(error),
    infer: () => Promise.reject(error),
    release: () => undefined,
  };
}

/** A worker that is held for several jobs of one run. Ends with exactly one of its calls. */
export interface SharedWorker {
  readonly model: ModelInfo;
  run(job: AnalysisJob): Promise<AnalysisResult>;
  /** @returns for each job what became of it. */
  runTogether(jobs: AnalysisJob[]): Promise<PromiseSettledResult<AnalysisResult>[]>;
  release(): void;
}

interface Seat {
  job: AnalysisJob;
  resolve(result: AnalysisResult): void;
  reject(error: unknown): void;
}

/**
 * One held worker as `count` reservations, whose jobs go there together once each has been used or given back: all that is waited for
 * is that the pixels of those who came together are fetched.
 */
export function splitReservation(worker: SharedWorker, count: number): Reservation[] {
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
      return Promise.reject(new TypeError('Requests of tensors do not go together'));
    },
    release: settle,
  }));
}

async function start(worker: SharedWorker, taken: readonly Seat[]): Promise<void> {
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
