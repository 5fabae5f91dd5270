import { LookoutError } from '@lookout/protocol';

/** What a worker has in hand. */
export interface WatchedWork {
  /** The model that it opens or runs; absent: none. */
  model: string | undefined;
  /** The model runs on another server, whose answers have a deadline of their own. */
  isRemote?: boolean;
  isOpening?: boolean;
  /** Execution provider of a model that is opened. */
  provider?: string;
}

export interface WorkLimits {
  /** Longest time in one run of a model, or with one picture, s. */
  runS: number;
  /** Longest time opening a model may take beside its runs, s. */
  openS: number;
}

/** Reading and optimising the largest models takes a minute on a slow disk; a GPU's provider compiles kernels for several. */
export const DEFAULT_WORK_LIMITS: WorkLimits = { runS: 30, openS: 600 };

/**
 * Notices that a worker has stopped making progress: with the same thing in hand, and in the same run of a model, for longer than the
 * limit. Time is counted in ticks, one a second, not by a clock: a process that was stopped for a while blames nobody for it.
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
   * @param work in hand now: the same object for as long as it is the same work.
   * @returns why to give the worker up, once it is time: `model_timeout` blames the model, `frame_invalid` the picture.
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
    if (isInRun && work.isRemote) return undefined;
    const limitS = this.#limitOf(work, isInRun);
    return this.#ticks < limitS ? undefined : hangs(work, isInRun, limitS);
  }

  #limitOf({ isOpening, provider }: WatchedWork, isInRun: boolean): number {
    const { runS, openS } = this.#limits;
    if (!isOpening) return runS;
    // Other devices compile the graph in its first run.
    return isInRun && provider === 'cpu' ? runS : Math.max(runS, openS);
  }
}

function hangs({ model, isOpening }: WatchedWork, isInRun: boolean, limitS: number): LookoutError {
  if (model !== undefined && (isInRun || isOpening)) {
    const what = isInRun ? 'did not finish a run' : 'did not open';
    return new LookoutError('model_timeout', `The model ${model} ${what} within ${limitS} s and is not used any more`, {
      hint: 'If this machine is only slow, raise limits.inference_timeout_s and restart; otherwise use another model.',
    });
  }
  return new LookoutError('frame_invalid', `The picture could not be read within ${limitS} s`);
}
