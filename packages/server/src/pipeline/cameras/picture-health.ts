import type { LookoutError } from '@lookout/protocol';

/** Where a picture can fail: in its header or its codec's decoder, in the JPEG's decoding by a worker, in the model. */
export type PictureStage = 'received' | 'decoded' | 'analysed';

/** So many in a row, over at least so long, are no accident. */
const MIN_FAILURES = 3;
const MIN_SPAN_MS = 2000;

interface Streak {
  count: number;
  /** Of the first failure since the last good picture. */
  sinceMs: number;
  error: LookoutError;
}

/** What is wrong with all pictures, in the words of a state. */
export interface PictureTrouble {
  state: 'unsupported' | 'live';
  reason: string;
  error: LookoutError | undefined;
}

/**
 * Tells when not some but all pictures of a camera fail, though they go on arriving: a connection that is live shows nothing
 * then. Each stage has its own streak, ended by its first good picture, since a picture may be received well and never be
 * looked into. Pure; times are passed in.
 */
export class PictureHealth {
  readonly #streaks = new Map<PictureStage, Streak>();

  good(stage: PictureStage): void {
    this.#streaks.delete(stage);
  }

  failed(stage: PictureStage, error: LookoutError, nowMs: number): void {
    const streak = this.#streaks.get(stage);
    if (streak === undefined) this.#streaks.set(stage, { count: 1, sinceMs: nowMs, error });
    else {
      streak.count++;
      streak.error = error;
    }
  }

  /** A connection begins or ends: what was before says nothing of it. */
  reset(): void {
    this.#streaks.clear();
  }

  /** The earliest stage at which all pictures fail; undefined where none does. */
  trouble(nowMs: number): PictureTrouble | undefined {
    for (const stage of ['received', 'decoded', 'analysed'] as const) {
      const streak = this.#streaks.get(stage);
      if (streak === undefined || streak.count < MIN_FAILURES || nowMs - streak.sinceMs < MIN_SPAN_MS) continue;
      const { error } = streak;
      return stage === 'analysed'
        ? { state: 'live', reason: `Pictures arrive, but none can be analysed: ${error.message}`, error: undefined }
        : { state: 'unsupported', reason: `Pictures arrive, but none can be read: ${error.message}`, error };
    }
    return undefined;
  }
}
