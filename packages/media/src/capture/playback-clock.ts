/** A frame this much behind its time is not shown: the next ones are due already. */
const LATE_MS = 200;
/** Decoding can't keep up: go on at the next keyframe that is not late. */
const FAR_BEHIND_MS = 500;
/** A jump of the stream's own clock (a new programme, a spliced file), not a pause. Backwards, any step is one. */
const MAX_JUMP_MS = 5000;
/** Rather slow than dark: after so long without a picture the schedule begins anew. */
const MAX_DARK_MS = 2000;
/** Catching up: so much faster than real time, which nobody sees. */
const CATCH_UP_RATE = 0.02;
/** What came late shows that there is nothing to catch up with: not again for so long. */
const CATCH_UP_PAUSE_MS = 300_000;

export type Verdict =
  /** Show it at `dueMs`, which is at most a moment ago. */
  | { show: true; dueMs: number }
  /** Too late to be shown. `skipToKeyframe`: don't even decode what comes before the next keyframe. */
  | { show: false; skipToKeyframe: boolean };

/**
 * When each frame of recorded video is due, so that it plays at its own speed. A schedule, not pauses: lateness never adds
 * up. What is late is skipped, unless the data itself came late (`starved`): then everything after it is late alike, and the
 * schedule moves.
 */
export class PlaybackClock {
  /** For a stream without end: play a little faster until its data comes late, so that what holds it up never adds up. */
  catchUp = false;
  #starvedMs = Number.NEGATIVE_INFINITY;
  #originMs: number | undefined;
  #lastPtsMs = 0;
  #lastShownMs = 0;
  #intervalMs = 0;

  /**
   * @param ptsMs the frame's presentation time. @param nowMs the clock.
   * @param starved whether reading had to wait for the data.
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

  /** Playing begins again from the start: the first frame follows the last one by `gapMs`. */
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
