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

/** When a packet is due, and whether it is in time. */
export interface Verdict {
  dueMs: number;
  /** `show`: due at most `LATE_MS` ago; `late`: its frame is not shown; `far-behind`: don't even decode up to the next keyframe. */
  kind: 'show' | 'late' | 'far-behind';
}

/**
 * Decides when each packet of a recording is due, by its decode time, so that it plays at its own speed. It keeps a schedule instead of
 * pausing between packets, so lateness never adds up. What is late is skipped, unless its data arrived late (`starved`): then everything
 * that follows is equally late, and the schedule moves.
 */
export class PlaybackClock {
  /** For a stream without end: play slightly faster until data comes late, so that interruptions don't add up. */
  catchUp = false;
  #starvedMs = Number.NEGATIVE_INFINITY;
  #originMs: number | undefined;
  #lastDtsMs = 0;
  #lastShownMs = 0;
  #intervalMs = 0;
  /** Playback has restarted from the beginning; the first packet is due this long after the last one. */
  #rewoundMs: number | undefined;

  /**
   * @param dtsMs the packet's decode time. @param nowMs the current time.
   * @param starved whether reading had to wait for data.
   */
  schedule(dtsMs: number, nowMs: number, starved: boolean): Verdict {
    if (this.#originMs === undefined) return this.#restart(dtsMs, nowMs);
    if (this.#rewoundMs !== undefined) {
      this.#originMs += this.#lastDtsMs + this.#rewoundMs - dtsMs;
      this.#lastDtsMs = dtsMs;
      this.#rewoundMs = undefined;
    }
    const stepMs = dtsMs - this.#lastDtsMs;
    if (stepMs < 0 || stepMs > MAX_JUMP_MS) {
      return this.#restart(dtsMs, Math.max(nowMs, this.#originMs + this.#lastDtsMs + this.#intervalMs));
    }
    this.#intervalMs = stepMs;
    if (this.catchUp && nowMs - this.#starvedMs > CATCH_UP_PAUSE_MS) this.#originMs -= stepMs * CATCH_UP_RATE;
    const dueMs = this.#originMs + dtsMs;
    const lateMs = nowMs - dueMs;
    if (lateMs > LATE_MS) {
      if (starved) this.#starvedMs = nowMs;
      if (starved || nowMs - this.#lastShownMs > MAX_DARK_MS) return this.#restart(dtsMs, nowMs);
      this.#lastDtsMs = dtsMs;
      return { dueMs, kind: lateMs > FAR_BEHIND_MS ? 'far-behind' : 'late' };
    }
    this.#lastDtsMs = dtsMs;
    this.#lastShownMs = Math.max(dueMs, nowMs);
    return { dueMs, kind: 'show' };
  }

  /** When a packet of this decode time is due by the present schedule. */
  dueOf(dtsMs: number): number {
    return (this.#originMs ?? 0) + dtsMs;
  }

  /** Playback restarts from the beginning: the next packet follows the last one by `gapMs`. */
  rewind(gapMs: number): void {
    this.#rewoundMs = gapMs;
  }

  #restart(dtsMs: number, dueMs: number): Verdict {
    this.#originMs = dueMs - dtsMs;
    this.#lastDtsMs = dtsMs;
    this.#lastShownMs = dueMs;
    this.#rewoundMs = undefined;
    return { dueMs, kind: 'show' };
  }
}
