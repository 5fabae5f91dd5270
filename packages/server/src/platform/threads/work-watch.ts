import { LookoutError } from '@lookout/protocol';

/** The current work of a worker. */
export interface WatchedWork {
  /** The model being opened or run; undefined: none. */
  model: string | undefined;
  isOpening?: boolean;
  /** Execution provider of a model being opened. */
  provider?: string;
}

export interface WorkLimits {
  /** Maximum time for one run of a model or for one image, s. */
  runS: number;
  /** Maximum time to open a model, not counting runs, s. */
  openS: number;
}

/** Reading and optimising the largest models takes a minute on a slow disk; GPU providers compile kernels for several minutes. */
export const DEFAULT_WORK_LIMITS: WorkLimits = { runS: 30, openS: 600 };

/**
 * Detects a worker without progress: the same work and the same model run for longer than the limit. Time is counted in ticks of
 * one second, not by a clock, so that a suspended process does not time out.
 */
export class WorkWatch {
  readonly #runs: Int32Array;
  readonly #limits: WorkLimits;
  #work: WatchedWork | undefined;
  #seenRuns = 0;
  #ticks = 0;

  /** @param runs see `WorkerSetup` */
  constructor(runs: Int32Array, limits: WorkLimits) {
    this.#runs = runs;
    this.#limits = limits;
  }

  /**
   * @param work current work; the same object while it is the same work
   * @returns the error with which to give up the worker, once its time is over: `model_timeout` if the model hangs,
   * `frame_invalid` if the image does
   */
  tick(work: WatchedWork | undefined): LookoutError | undefined {
    const runs = Atomics.load(this.#runs, 0);
    if (work === undefined || work !== this.#work || runs !== this.#seenRuns) {
      this.#work = work;
      this.#seenRuns = runs;
      this.#ticks = 0;
      return undefined;
    }
    this.#ticks++;
    const isInRun = runs % 2 !== 0;
    const limitS = this.#limitOf(work, isInRun);
    return this.#ticks < limitS ? undefined : hangs(work, isInRun, limitS);
  }

  #limitOf({ isOpening, provider }: WatchedWork, isInRun: boolean): number {
    const { runS, openS } = this.#limits;
    if (!isOpening) return runS;
    // Other devices compile the graph in the first run.
    return isInRun && provider === 'cpu' ? runS : Math.max(runS, openS);
  }
}

function hangs({ model, isOpening }: WatchedWork, isInRun: boolean, limitS: number): LookoutError {
  if (model !== undefined && (isInRun || isOpening)) {
    const what = isInRun ? 'did not finish a run' : 'did not open';
    return new LookoutError('model_timeout', `Model ${model} ${what} within ${limitS} s and is no longer used`, {
      hint: 'If this machine is merely slow, raise limits.inference_timeout_s and restart; otherwise use another model.',
    });
  }
  return new LookoutError('frame_invalid', `The image could not be decoded within ${limitS} s`);
}
