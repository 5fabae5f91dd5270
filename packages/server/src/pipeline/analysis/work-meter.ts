import type { LookoutError } from '@lookout/protocol';
import type { AnalysisResult } from './analysis-job.js';

export interface WorkEvents {
  /** A model detected on a frame, in `inferMs`. */
  onInferred?: (model: string, inferMs: number) => void;
  /** A model failed on a frame or could not be reached. */
  onInferenceFailed?: (model: string, error: LookoutError) => void;
}

/** Measures the working time of the workers and reports the successes and failures of models. */
export class WorkMeter {
  readonly #events: WorkEvents;
  #busyMs = 0;

  constructor(events: WorkEvents) {
    this.#events = events;
  }

  /** Sum of all timed work, ms. */
  get busyMs(): number {
    return this.#busyMs;
  }

  /** @param share of a worker that it holds: less than 1 for work that waits for another server */
  async timed<T>(work: Promise<T>, share = 1): Promise<T> {
    const startedMs = performance.now();
    try {
      return await work;
    } finally {
      this.#busyMs += (performance.now() - startedMs) * share;
    }
  }

  /**
   * Reports the outcome of a job.
   * @param model used for detection; undefined if there was none
   * @returns the result; drawing on its kept image is timed too
   */
  report(
    model: string | undefined,
    settled: PromiseSettledResult<AnalysisResult>,
  ): PromiseSettledResult<AnalysisResult> {
    if (settled.status === 'rejected') {
      const { code } = settled.reason as LookoutError;
      const isPicture = code === 'frame_invalid' || code === 'frame_too_large';
      if (model !== undefined && !isPicture) this.#events.onInferenceFailed?.(model, settled.reason);
      return settled;
    }
    const { inferMs, picture } = settled.value;
    if (model !== undefined) this.#events.onInferred?.(model, inferMs);
    if (picture) settled.value.picture = { ...picture, draw: (drawing) => this.timed(picture.draw(drawing)) };
    return settled;
  }
}
