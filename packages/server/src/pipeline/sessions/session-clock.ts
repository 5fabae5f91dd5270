export interface FrameTime {
  /** On the session's own time line, ms; never less than that of the frame before. */
  timeMs: number;
  /** The frame was taken before one that is already tracked: its boxes would lead tracks back. */
  isLate: boolean;
}

/** Frames may come a little out of order; so far back goes only a clock that was set or a clip that begins anew. */
const MAX_LATE_MS = 5000;
/** Longer than any track lives unseen: what comes after it is followed anew. */
const GAP_MS = 60_000;
/** The last instant a Date can hold, ms: what lies beyond is no time. */
const MAX_STAMP_MS = 8.64e15;

/**
 * Gives the frames of a session the times its tracker works with: those they were taken at where their stamps make sense, else
 * those they arrived at. Stamps need not be of our clock, nor run at its speed: recordings may be sent faster or slower. Only
 * differences count. Both kinds may alternate.
 */
export class SessionClock {
  #timeMs = 0;
  #arrivalMs: number | undefined;
  /** The latest stamp, and the time line's instant it stands for. */
  #stamp: { stampMs: number; timeMs: number } | undefined;

  /** @param stampS as the client sent it, seconds; @param arrivalMs by our clock. Call in the order frames were sent. */
  next(stampS: number | undefined, arrivalMs: number): FrameTime {
    const sinceMs = Math.max(0, arrivalMs - (this.#arrivalMs ?? arrivalMs));
    this.#arrivalMs = arrivalMs;
    const arrivedMs = this.#timeMs + sinceMs;
    if (stampS === undefined || !(stampS >= 0 && stampS * 1000 <= MAX_STAMP_MS)) return this.#at(arrivedMs);
    const stampMs = stampS * 1000;
    const last = this.#stamp;
    if (last === undefined) return this.#stamped(stampMs, arrivedMs);
    const aheadMs = stampMs - last.stampMs;
    // Stamps of whole seconds: several frames have the same, and their arrival tells them apart.
    if (aheadMs === 0) return this.#at(arrivedMs);
    if (aheadMs > 0) {
      // Arrivals may have carried the time line on since.
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
