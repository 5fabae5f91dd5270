import type { LookoutError } from '@lookout/protocol';
import type { AnalysisResult } from './analysis-job.js';

export interface WorkEvents {
  /** A frame was detected by a model, in so long. */
  onInferred?: (model: string, inferMs: number) => void;
  /** The model failed at a frame, or could not be asked. */
  onInferenceFailed?: (model: string, error: LookoutError) => void;
}

/** Measures how long workers are at work, and reports how models fare. */
export class WorkMeter {
  readonly #events: WorkEvents;
  #busyMs = 0;

  constructor(events: WorkEvents) {
    this.#events = events;
  }

  /** Milliseconds of all work that was timed, together. */
  get busyMs(): number {
    return this.#busyMs;
  }

  async timed<T>(work: Promise<T>): Promise<T> {
    const startedMs = performance.now();
    try {
      return await work;
    } finally {
      this.#busyMs += performance.now() - startedMs;
    }
  }

  /**
   * Reports how a job went.
   * @param model that was to detect; absent: none was.
   * @returns the result; drawing on its kept picture is timed too.
   */
  told(model: string | undefined, settled: PromiseSettledResult<AnalysisResult>): PromiseSettledResult<AnalysisResult> {
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
