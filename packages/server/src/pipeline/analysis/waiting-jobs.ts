import { LookoutError } from '@lookout/protocol';
import type { AnalysisJob, AnalysisResult } from './analysis-job.js';

/** Maximum number of image jobs (snapshots, first frames of feeds) that may wait for a worker. */
const MAX_WAITING_JOBS = 32;

interface WaitingJob {
  job: AnalysisJob;
  /** Undefined: any worker will do. */
  model: string | undefined;
  resolve(result: AnalysisResult): void;
  reject(error: Error): void;
}

/** A short bounded queue of image jobs waiting for a worker, oldest first. */
export class WaitingJobs {
  #jobs: WaitingJob[] = [];

  /** @returns the result once a worker has done the job. @throws LookoutError `unavailable` if the queue is full */
  add(job: AnalysisJob, model: string | undefined): Promise<AnalysisResult> {
    if (this.#jobs.length >= MAX_WAITING_JOBS) {
      return Promise.reject(
        new LookoutError('unavailable', `More than ${MAX_WAITING_JOBS} images are waiting for a worker`),
      );
    }
    return new Promise((resolve, reject) => this.#jobs.push({ job, model, resolve, reject }));
  }

  /** Removes and returns the oldest job that a worker with these models can do. */
  take(models: ReadonlyMap<string, unknown>): WaitingJob | undefined {
    const index = this.#jobs.findIndex(({ model }) => model === undefined || models.has(model));
    return index === -1 ? undefined : this.#jobs.splice(index, 1)[0];
  }

  /** Rejects the jobs that need this model, or all jobs. */
  refuse(error: LookoutError, model?: string): void {
    const refused = this.#jobs.filter((job) => model === undefined || job.model === model);
    this.#jobs = this.#jobs.filter((job) => !refused.includes(job));
    for (const { reject } of refused) reject(error);
  }
}
