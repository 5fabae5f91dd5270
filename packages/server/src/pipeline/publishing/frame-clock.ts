/** Frames in a row that contradict the estimate before it is believed that the publisher's clock was set. */
const OUTLIERS_BELIEVED = 5;
/** A stamp this much earlier than any before it contradicts the estimate, ms. */
const OUTLIER_MS = 200;
/** The shortest trips are those of the last one to two of these, so that a clock that drifts is followed. */
const WINDOW_MS = 10_000;
/** A frame cannot be older than this: its stamp is wrong, ms. */
const MAX_AGE_MS = 10_000;
/**
 * A right clock shows trips of at least nothing, and the best of them little longer than a round trip and what encoding takes;
 * what is beyond is a clock that is wrong.
 */
const ENCODING_MS = 250;

export interface FrameStamp {
  /** When the picture was taken, by the server's clock, ms; never after its arrival. */
  timestampMs: number;
  /** The publisher's stamp was of no use: the arrival stands in for it. */
  replaced: boolean;
}

/** Round trips to the publisher, ms; 0 while unknown. */
export interface KnownRoundTrips {
  /** The shortest of the last 10 to 20 s: longer than the bare link's where frames queue on their way. */
  recentMs: number;
  /** The shortest of all: the bare link's. */
  leastMs: number;
}

/** Round trips of WebSocket pings to a publisher. They queue behind the frames under way, so they show a full link. */
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
   * How far the last one was above the shortest of all, ms; undefined while unknown.
   * @param waitedMs how long a ping has been out that is not answered yet: its round trip will be at least that.
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
 * Brings a publisher's timestamps to the server's clock. What is seen of each frame is its trip, arrival minus stamp: the
 * way it took, plus how far the clocks are apart. The least trip of late tells which: where it is between nothing and a
 * round trip of late (and some time to encode), the clock is right and its stamps are taken as they are, also from publishers
 * that measured the offset by themselves. Elsewhere the stamps are shifted so that the quickest frame took half of the least
 * round trip.
 *
 * No stamp, one that is not finite, one that comes out later than its arrival and one older than 10 s are replaced by the
 * arrival. Pure but for its memory: all times come in.
 */
export class FrameClock {
  readonly #trips = new WindowedMinimum(WINDOW_MS);
  #outliers = 0;

  /**
   * @param stampMs the publisher's, by its own clock.
   * @param arrivalMs by the server's.
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

  /** @returns false for a trip that is not believed. */
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

/**
 * The least of the values of late: of the last one to two windows of time, in constant memory. Times come in; they may stand
 * still.
 */
export class WindowedMinimum {
  readonly #windowMs: number;
  /** Of the window under way, and of the one before it. */
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

  /** Infinity while there is none. */
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
    // After a pause longer than a window, what was before says nothing.
    this.#leastBefore = nowMs - this.#endsMs < this.#windowMs ? this.#least : Number.POSITIVE_INFINITY;
    this.#least = Number.POSITIVE_INFINITY;
    this.#endsMs = nowMs + this.#windowMs;
  }
}
