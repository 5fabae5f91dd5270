export interface FrameTime {
  /** On the session's own timeline, ms; never before the previous frame. */
  timeMs: number;
  /** The frame was captured before one already tracked: its boxes would move tracks back. */
  isLate: boolean;
}

/** Frames may arrive slightly out of order; a larger step back means that a clock was set or a clip restarted. */
const MAX_LATE_MS = 5000;
/** Longer than any track survives unseen: tracking starts over after it. */
const GAP_MS = 60_000;
/** The last instant a Date can represent, ms; later timestamps are invalid. */
const MAX_STAMP_MS = 8.64e15;

/**
 * Assigns tracker times to the frames of a session: capture times if their timestamps make sense, arrival times otherwise.
 * Timestamps need not share our clock or speed, since recordings may be sent faster or slower; only differences count. Both
 * kinds may alternate.
 */
export class SessionClock {
  #timeMs = 0;
  #arrivalMs: number | undefined;
  /** The latest timestamp and the timeline instant it corresponds to. */
  #stamp: { stampMs: number; timeMs: number } | undefined;

  /** Call in the order in which frames were sent. @param stampS as the client sent it, seconds @param arrivalMs by our clock */
  next(stampS: number | undefined, arrivalMs: number): FrameTime {
    const sinceMs = Math.max(0, arrivalMs - (this.#arrivalMs ?? arrivalMs));
    this.#arrivalMs = arrivalMs;
    const arrivedMs = this.#timeMs + sinceMs;
    if (stampS === undefined || !(stampS >= 0 && stampS * 1000 <= MAX_STAMP_MS)) return this.#at(arrivedMs);
    const stampMs = stampS * 1000;
    const last = this.#stamp;
    if (last === undefined) return this.#stamped(stampMs, arrivedMs);
    const aheadMs = stampMs - last.stampMs;
    // Timestamps with whole seconds: several frames share one, and their arrival distinguishes them.
    if (aheadMs === 0) return this.#at(arrivedMs);
    if (aheadMs > 0) {
      // Arrival times may have advanced the timeline since.
      const timeMs = Math.max(this.#timeMs + 1, last.timeMs + Math.min(aheadMs, GAP_MS));
      return this.#stamped(stampMs, timeMs);
    }
    if (-aheadMs <= MAX_LATE_MS) return { timeMs: this.#timeMs, isLate: true };
    return this.#stamped(stampMs, this.#timeMs + GAP_MS);
  }

  #at(timeMs: number): FrameTime {
    this.#timeMs = timeMs;
    return { timeMs, isLate: false };
  }

  #stamped(stampMs: number, timeMs: number): FrameTime {
    this.#stamp = { stampMs, timeMs };
    return this.#at(timeMs);
  }
}
