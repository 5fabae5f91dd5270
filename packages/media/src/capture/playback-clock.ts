/** A frame later than this is not shown: the next ones are already due. */
const LATE_MS = 200;
/** Later than this, decoding can't keep up: continue at the next keyframe that is not late. */
const FAR_BEHIND_MS = 500;
/** A larger step forward is a jump of the stream's own clock (a new programme, a spliced file), not a pause. Any step back is a jump. */
const MAX_JUMP_MS = 5000;
/** Slow is better than dark: after this long without a picture the schedule starts anew. */
const MAX_DARK_MS = 2000;
/** To catch up, play this much faster than real time, which nobody notices. */
const CATCH_UP_RATE = 0.02;
/** Late data means that there is nothing to catch up with. Don't try again for this long. */
const CATCH_UP_PAUSE_MS = 300_000;

export type Verdict =
  /** Show it at `dueMs`, which is at most `LATE_MS` ago. */
  | { show: true; dueMs: number }
  /** Too late to show. `skipToKeyframe`: don't even decode what precedes the next keyframe. */
  | { show: false; skipToKeyframe: boolean };

/**
 * Decides when each frame of a recording is due, so that it plays at its own speed. It keeps a schedule instead of pausing between frames,
 * so lateness never adds up. Late frames are skipped, unless their data arrived late (`starved`): then everything that follows is equally
 * late, and the schedule moves.
 */
export class PlaybackClock {
  /** For a stream without end: play slightly faster until data comes late, so that interruptions don't add up. */
  catchUp = false;
  #starvedMs = Number.NEGATIVE_INFINITY;
  #originMs: number | undefined;
  #lastPtsMs = 0;
  #lastShownMs = 0;
  #intervalMs = 0;

  /**
   * @param ptsMs the frame's presentation time. @param nowMs the current time.
   * @param starved whether reading had to wait for data.
   */
  schedule(ptsMs: number, nowMs: number, starved: boolean): Verdict {
    if (this.#originMs === undefined) return this.#restart(ptsMs, nowMs);
    const stepMs = ptsMs - this.#lastPtsMs;
    if (stepMs < 0 || stepMs > MAX_JUMP_MS) {
      return this.#restart(ptsMs, Math.max(nowMs, this.#originMs + this.#lastPtsMs + this.#intervalMs));
    }
    this.#intervalMs = stepMs;
    if (this.catchUp && nowMs - this.#starvedMs > CATCH_UP_PAUSE_MS) this.#originMs -= stepMs * CATCH_UP_RATE;
    const dueMs = this.#originMs + ptsMs;
    const lateMs = nowMs - dueMs;
    if (lateMs > LATE_MS) {
      if (starved) this.#starvedMs = nowMs;
      if (starved || nowMs - this.#lastShownMs > MAX_DARK_MS) return this.#restart(ptsMs, nowMs);
      this.#lastPtsMs = ptsMs;
      return { show: false, skipToKeyframe: lateMs > FAR_BEHIND_MS };
    }
    this.#lastPtsMs = ptsMs;
    this.#lastShownMs = Math.max(dueMs, nowMs);
    return { show: true, dueMs };
  }

  /** Playback restarts from the beginning: the first frame follows the last one by `gapMs`. */
  rewind(firstPtsMs: number, gapMs: number): void {
    if (this.#originMs === undefined) return;
    this.#originMs += this.#lastPtsMs + gapMs - firstPtsMs;
    this.#lastPtsMs = firstPtsMs;
  }

  #restart(ptsMs: number, dueMs: number): Verdict {
    this.#originMs = dueMs - ptsMs;
    this.#lastPtsMs = ptsMs;
    this.#lastShownMs = dueMs;
    return { show: true, dueMs };
  }
}
