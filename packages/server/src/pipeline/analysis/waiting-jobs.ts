import { LookoutError } from '@lookout/protocol';
import type { AnalysisJob, AnalysisResult } from './analysis-job.js';

/** Most picture jobs (snapshots, first frames of feeds) that may wait for a worker. */
const MAX_WAITING_JOBS = 32;

interface WaitingJob {
  job: AnalysisJob;
  /** Absent: any worker will do. */
  model: string | undefined;
  resolve(result: AnalysisResult): void;
  reject(error: Error): void;
}

/** Small picture jobs that wait for a worker, the oldest first: a short, bounded line. */
export class WaitingJobs {
  #jobs: WaitingJob[] = [];

  /** @returns its result, once somebody has taken and done it. @throws LookoutError `unavailable` where the line is full. */
  add(job: AnalysisJob, model: string | undefined): Promise<AnalysisResult> {
    if (this.#jobs.length >= MAX_WAITING_JOBS) {
      return Promise.reject(new LookoutError('unavailable', `More than ${MAX_WAITING_JOBS} pictures wait to be made`));
    }
    return new Promise((resolve, reject) => this.#jobs.push({ job, model, resolve, reject }));
  }

  /** The oldest that a worker with these models can do. */
  take(models: ReadonlyMap<string, unknown>): WaitingJob | undefined {
    const index = this.#jobs.findIndex(({ model }) => model === undefined || models.has(model));
    return index === -1 ? undefined : this.#jobs.splice(index, 1)[0];
  }

  /** Ends those that need a model, or all. */
  refuse(error: LookoutError, model?: string): void {
    const refused = this.#jobs.filter((job) => model === undefined || job.model === model);
    this.#jobs = this.#jobs.filter((job) => !refused.includes(job));
    for (const { reject } of refused) reject(error);
  }
}
