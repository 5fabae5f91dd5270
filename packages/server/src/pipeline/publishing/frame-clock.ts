/** Consecutive frames that must contradict the estimate before the publisher's clock counts as reset. */
const OUTLIERS_BELIEVED = 5;
/** A timestamp this much earlier than all before it contradicts the estimate, ms. */
const OUTLIER_MS = 200;
/** The shortest transits are those of the last one to two windows, so that clock drift is followed. */
const WINDOW_MS = 10_000;
/** An older timestamp is considered wrong, ms. */
const MAX_AGE_MS = 10_000;
/**
 * With a correct clock, transits are never negative, and the best take little longer than a round trip plus encoding. A larger
 * one means a wrong clock.
 */
const ENCODING_MS = 250;

export interface FrameStamp {
  /** Capture time by the server's clock, ms; never after arrival. */
  timestampMs: number;
  /** The publisher's timestamp was unusable and replaced by the arrival time. */
  replaced: boolean;
}

/** Round trips to the publisher, ms; 0 while unknown. */
export interface KnownRoundTrips {
  /** Shortest of the last 10 to 20 s: exceeds the link's own round trip if frames queue. */
  recentMs: number;
  /** Shortest of all: the link's own round trip. */
  leastMs: number;
}

/** Round trips of WebSocket pings to a publisher. Pings queue behind the frames in transit, so they reveal a full link. */
export class RoundTrips {
  readonly #recent = new WindowedMinimum(WINDOW_MS);
  #leastMs: number | undefined;
  #lastMs: number | undefined;

  add(ms: number, nowMs: number): void {
    this.#recent.add(ms, nowMs);
    this.#leastMs = Math.min(ms, this.#leastMs ?? ms);
    this.#lastMs = ms;
  }

  /**
   * How far the last round trip exceeded the shortest of all, ms; undefined while unknown.
   * @param waitedMs time since an unanswered ping was sent: its round trip is at least that
   */
  queueMs(waitedMs: number): number | undefined {
    if (this.#lastMs === undefined || this.#leastMs === undefined) return undefined;
    return Math.max(this.#lastMs, waitedMs) - this.#leastMs;
  }

  known(nowMs: number): KnownRoundTrips {
    const leastMs = this.#leastMs ?? 0;
    const recentMs = this.#recent.get(nowMs);
    return { recentMs: Number.isFinite(recentMs) ? recentMs : leastMs, leastMs };
  }
}

/**
 * Converts a publisher's timestamps to the server's clock. Each frame shows its transit, arrival minus timestamp: travel time
 * plus clock offset. If the shortest recent transit lies between zero and a recent round trip (plus time to encode), the clock
 * is right and timestamps are used as they are; this includes publishers that corrected the offset themselves. Otherwise they
 * are shifted so that the fastest frame took half of the shortest round trip.
 * | Missing and non-finite timestamps, those later than the arrival and those older than 10 s are replaced by the arrival time.
 * Pure except for its state: all times are passed in.
 */
export class FrameClock {
  readonly #trips = new WindowedMinimum(WINDOW_MS);
  #outliers = 0;

  /**
   * @param stampMs by the publisher's clock
   * @param arrivalMs by the server's clock
   */
  stamp(stampMs: number | null, arrivalMs: number, roundTrips: KnownRoundTrips): FrameStamp {
    if (stampMs === null || !Number.isFinite(stampMs)) return { timestampMs: arrivalMs, replaced: true };
    const trip = arrivalMs - stampMs;
    if (!this.#learn(trip, arrivalMs)) return { timestampMs: arrivalMs, replaced: true };
    const least = this.#trips.get(arrivalMs);
    const isRight = least >= 0 && least <= roundTrips.recentMs + ENCODING_MS;
    const timestampMs = arrivalMs - (isRight ? trip : trip - least + roundTrips.leastMs / 2);
    if (timestampMs > arrivalMs || arrivalMs - timestampMs > MAX_AGE_MS) {
      return { timestampMs: arrivalMs, replaced: true };
    }
    return { timestampMs, replaced: false };
  }

  /** @returns false for an implausible transit */
  #learn(trip: number, arrivalMs: number): boolean {
    const least = this.#trips.get(arrivalMs);
    if (Number.isFinite(least) && trip < least - OUTLIER_MS) {
      if (++this.#outliers < OUTLIERS_BELIEVED) return false;
      this.#trips.reset();
    }
    this.#outliers = 0;
    this.#trips.add(trip, arrivalMs);
    return true;
  }
}

/** Minimum of the values of the last one to two windows, in constant memory. Times are passed in and may repeat. */
export class WindowedMinimum {
  readonly #windowMs: number;
  /** Minimum of the current window and of the one before. */
  #least = Number.POSITIVE_INFINITY;
  #leastBefore = Number.POSITIVE_INFINITY;
  #endsMs = Number.NEGATIVE_INFINITY;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  add(value: number, nowMs: number): void {
    this.#turn(nowMs);
    this.#least = Math.min(this.#least, value);
  }

  /** Infinity if there is no value. */
  get(nowMs: number): number {
    this.#turn(nowMs);
    return Math.min(this.#least, this.#leastBefore);
  }

  reset(): void {
    this.#least = Number.POSITIVE_INFINITY;
    this.#leastBefore = Number.POSITIVE_INFINITY;
  }

  #turn(nowMs: number): void {
    if (nowMs < this.#endsMs) return;
    // After a gap longer than a window, the previous minimum is outdated.
    this.#leastBefore = nowMs - this.#endsMs < this.#windowMs ? this.#least : Number.POSITIVE_INFINITY;
    this.#least = Number.POSITIVE_INFINITY;
    this.#endsMs = nowMs + this.#windowMs;
  }
}
