import type { LookoutError } from '@lookout/protocol';

/** Where a frame can fail: in its header or video decoder, in JPEG decoding by a worker, or in the model. */
export type PictureStage = 'received' | 'decoded' | 'analysed';

/** This many failures in a row, over at least this time, are no accident. */
const MIN_FAILURES = 3;
const MIN_SPAN_MS = 2000;

interface Streak {
  count: number;
  /** Time of the first failure since the last good frame. */
  sinceMs: number;
  error: LookoutError;
}

/** The state and reason to show while all frames fail. */
export interface PictureTrouble {
  state: 'unsupported' | 'live';
  reason: string;
  error: LookoutError | undefined;
}

/**
 * Detects that all frames of a camera fail although they keep arriving, which the state of the connection does not show. Each
 * stage has its own streak, which its first good frame ends, since a frame may be received correctly and never be analysed.
 * Pure; times are passed in.
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

  /** Starts over when a connection begins or ends. */
  reset(): void {
    this.#streaks.clear();
  }

  /** The earliest stage at which all frames fail; undefined if none does. */
  trouble(nowMs: number): PictureTrouble | undefined {
    for (const stage of ['received', 'decoded', 'analysed'] as const) {
      const streak = this.#streaks.get(stage);
      if (streak === undefined || streak.count < MIN_FAILURES || nowMs - streak.sinceMs < MIN_SPAN_MS) continue;
      const { error } = streak;
      return stage === 'analysed'
        ? { state: 'live', reason: `Frames arrive, but none can be analysed: ${error.message}`, error: undefined }
        : { state: 'unsupported', reason: `Frames arrive, but none can be decoded: ${error.message}`, error };
    }
    return undefined;
  }
}
