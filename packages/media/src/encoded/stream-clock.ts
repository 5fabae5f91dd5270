export interface StreamClockOptions {
  /** Unit of the timestamps. RTP video: 90 000. */
  ticksPerSecond: number;
  /** Timestamps wrap to 0 here. RTP: 2 ** 32. Absent: they do not wrap. */
  wrapsAt?: number;
}

/** A larger step between frames means that the sender's clock was set or restarted. */
const MAX_STEP_MS = 5000;
/** The minimum delay is taken over one to two buckets: longer than the interval of sender reports, short against clock drift. */
const BUCKET_MS = 10_000;
/** For this long after the first frame, a new minimum applies at once. Later on it must not show in the spacing of frames. */
const SETTLE_MS = 1000;
/** Maximum change of the spacing of two frames when the offset moves. */
const MAX_SLEW = 0.05;
/** A frame further ahead of the offset than this was not fast: the sender's clock was set forward by less than `MAX_STEP_MS`. */
const MAX_AHEAD_MS = 100;
/** A network that stalls delivers its backlog at once. Frames this late for this long mean that the sender's clock went back. */
const MAX_LATE_MS = 2000;
const LATE_FOR_MS = 1000;
/** A clock that falls behind twice within this time is no clock: fixed steps at any frame rate, or another unit. */
const DISTRUST_MS = 60_000;
/** A sender report that implies a longer encoder delay is wrong. */
const MAX_ENCODER_DELAY_MS = 2000;

/**
 * Maps the timestamps of a live stream to this machine's clock (`nowMs()`), so that each frame has the time it was taken at.
 *
 * The network only ever adds delay, so the minimum of `arrival − timestamp` over the last seconds is the offset between both
 * clocks: jitter, bursts and reordering do not reach the result. The offset follows a sender whose clock drifts or jumps. The wall
 * clock in RTCP sender reports (NTP) is ignored, as many cameras have it wrong; their RTP time is one more sample.
 *
 * ```ts
 * const mediaMs = clock.arrived(packet.timestamp, arrivalMs); // in order of arrival; goes through the decoder
 * const timestampMs = clock.timeOf(mediaMs, nowMs()); // in order of presentation
 * ```
 */
export class StreamClock {
  readonly #msPerTick: number;
  readonly #wrapsAt: number | undefined;
  /** The newest timestamp, and its place on the media time line, which has no jumps and no wraps. */
  #last: { timestamp: number; mediaMs: number } | undefined;
  #highestMediaMs = 0;
  #lastArrivalMs: number | undefined;
  /** Minimum delay (`arrival − media`) of the current bucket and of the previous one. */
  #minimumMs = Number.POSITIVE_INFINITY;
  #previousMinimumMs = Number.POSITIVE_INFINITY;
  #bucketEndMs = 0;
  #settledMs = 0;
  /** Added to media time; follows the minimum delay. */
  #offsetMs = 0;
  #lateSinceMs: number | undefined;
  #fellBehindMs = Number.NEGATIVE_INFINITY;
  /** The timestamps turned out to be useless: frames are stamped by arrival. */
  #distrusted = false;
  /** The media time up to which the offset has followed the minimum delay. */
  #followedMs: number | undefined;
  #lastTimeMs = Number.NEGATIVE_INFINITY;

  constructor({ ticksPerSecond, wrapsAt }: StreamClockOptions) {
    this.#msPerTick = 1000 / ticksPerSecond;
    this.#wrapsAt = wrapsAt;
  }

  /**
   * A frame arrived.
   * @param timestamp presentation time, in ticks; undefined where the stream has none.
   * @returns its place on the media time line, ms, for `capturedAt` and `timeOf`. The first one is its time of arrival.
   */
  arrived(timestamp: number | undefined, arrivalMs: number): number {
    const mediaMs = this.#mediaMsOf(timestamp, arrivalMs);
    const delayMs = arrivalMs - mediaMs;
    if (this.#lastArrivalMs === undefined) this.#anchor(delayMs, arrivalMs);
    if (timestamp !== undefined) this.#last = { timestamp, mediaMs };
    this.#lastArrivalMs = arrivalMs;
    this.#highestMediaMs = Math.max(this.#highestMediaMs, mediaMs);
    this.#learn(delayMs, arrivalMs);
    this.#judge(delayMs, arrivalMs);
    if (this.#offsetMs - delayMs > MAX_AHEAD_MS) this.#offsetMs = delayMs;
    return mediaMs;
  }

  /** A sender report arrived: `timestamp` was the sender's media time when it left. Unlike a frame, it has no encoder delay. */
  reported(timestamp: number, arrivalMs: number): void {
    if (this.#last === undefined || this.#distrusted) return;
    const mediaMs = this.#last.mediaMs + this.#ticksFrom(this.#last.timestamp, timestamp) * this.#msPerTick;
    const delayMs = arrivalMs - mediaMs;
    if (delayMs > this.#minimumDelayMs - MAX_ENCODER_DELAY_MS) this.#learn(delayMs, arrivalMs);
  }

  /** When something was taken, epoch ms; never later than `nowMs`. In any order. @param mediaMs result of `arrived` */
  capturedAt(mediaMs: number, nowMs: number): number {
    const minimumMs = this.#minimumDelayMs;
    const maxSlewMs = Math.max(0, mediaMs - (this.#followedMs ?? mediaMs)) * MAX_SLEW;
    this.#followedMs = Math.max(mediaMs, this.#followedMs ?? mediaMs);
    const settling = nowMs < this.#settledMs;
    this.#offsetMs = settling ? minimumMs : clamp(minimumMs, this.#offsetMs - maxSlewMs, this.#offsetMs + maxSlewMs);
    return Math.min(mediaMs + this.#offsetMs, nowMs);
  }

  /** The same for frames in order of presentation: never earlier than the previous one. */
  timeOf(mediaMs: number, nowMs: number): number {
    this.#lastTimeMs = Math.max(this.capturedAt(mediaMs, nowMs), this.#lastTimeMs);
    return this.#lastTimeMs;
  }

  get #minimumDelayMs(): number {
    return Math.min(this.#minimumMs, this.#previousMinimumMs);
  }

  #mediaMsOf(timestamp: number | undefined, arrivalMs: number): number {
    // Without a usable timestamp, media time advances by the time that has passed.
    if (this.#lastArrivalMs === undefined) return arrivalMs;
    const onwardMs = this.#highestMediaMs + Math.max(0, arrivalMs - this.#lastArrivalMs);
    const last = this.#last;
    if (timestamp === undefined || last === undefined || this.#distrusted) return onwardMs;
    const ticks = this.#ticksFrom(last.timestamp, timestamp);
    const mediaMs = last.mediaMs + ticks * this.#msPerTick;
    // Two frames never share a time. B-frames go back, but not far: compared with the highest time, not the last one.
    if (ticks === 0 || Math.abs(mediaMs - this.#highestMediaMs) > MAX_STEP_MS) return onwardMs;
    return mediaMs;
  }

  #ticksFrom(from: number, to: number): number {
    const ticks = to - from;
    if (this.#wrapsAt === undefined) return ticks;
    return ticks - Math.round(ticks / this.#wrapsAt) * this.#wrapsAt;
  }

  #anchor(delayMs: number, arrivalMs: number): void {
    this.#minimumMs = delayMs;
    this.#previousMinimumMs = delayMs;
    this.#offsetMs = delayMs;
    this.#bucketEndMs = arrivalMs + BUCKET_MS;
    this.#settledMs = arrivalMs + SETTLE_MS;
    this.#lateSinceMs = undefined;
  }

  #learn(delayMs: number, arrivalMs: number): void {
    if (arrivalMs >= this.#bucketEndMs) {
      this.#previousMinimumMs = this.#minimumMs;
      this.#minimumMs = Number.POSITIVE_INFINITY;
      this.#bucketEndMs = arrivalMs + BUCKET_MS;
    }
    this.#minimumMs = Math.min(this.#minimumMs, delayMs);
  }

  /** Re-anchors when frames stay late: the sender's clock stopped or was set back. */
  #judge(delayMs: number, arrivalMs: number): void {
    if (delayMs - this.#minimumDelayMs <= MAX_LATE_MS) {
      this.#lateSinceMs = undefined;
      return;
    }
    this.#lateSinceMs ??= arrivalMs;
    if (arrivalMs - this.#lateSinceMs < LATE_FOR_MS) return;
    this.#distrusted = arrivalMs - this.#fellBehindMs < DISTRUST_MS;
    this.#fellBehindMs = arrivalMs;
    this.#anchor(delayMs, arrivalMs);
  }
}

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(Math.max(value, minimum), maximum);
}
