/** Clocks drift apart by at most about 50 ppm: half a millisecond in this time. */
const WINDOW_MS = 10_000;
/** No browser delays a camera's frame for this long. */
const MAX_WAIT_MS = 2000;

/**
 * Converts a track's timestamps to our clock. They count from a moment that only the browser knows, so the fastest recent delivery is taken
 * as instantaneous, and any extra delay of a frame as waiting. Correct except for the minimum time from lens to page.
 */
export class CaptureClock {
  #least = Number.POSITIVE_INFINITY;
  #leastBefore = Number.POSITIVE_INFINITY;
  #windowEndsMs = Number.NEGATIVE_INFINITY;

  /**
   * @param timestampUs of the frame, microseconds, by any steady clock
   * @param now when it was delivered, our clock, ms
   * @returns when it was captured, our clock, ms, never after `now`
   */
  capturedAt(timestampUs: number, now: number): number {
    const difference = now - timestampUs / 1000;
    if (!Number.isFinite(difference)) return now;
    if (now >= this.#windowEndsMs || now < this.#windowEndsMs - 2 * WINDOW_MS) {
      this.#leastBefore = this.#least;
      this.#least = Number.POSITIVE_INFINITY;
      this.#windowEndsMs = now + WINDOW_MS;
    }
    this.#least = Math.min(this.#least, difference);
    const waitedMs = difference - Math.min(this.#least, this.#leastBefore);
    // A changed clock or a restarted source: earlier measurements are no longer valid.
    if (waitedMs > MAX_WAIT_MS) {
      this.#least = difference;
      this.#leastBefore = Number.POSITIVE_INFINITY;
      return now;
    }
    return now - waitedMs;
  }
}
