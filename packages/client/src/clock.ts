/** What the SDK asks of time, passed in so that tests own it. */
export interface Clock {
  /** Unix epoch milliseconds, with fractions. */
  now(): number;
}

/** `Date.now()` with the sub-millisecond resolution of `performance.now()`. */
export const systemClock: Clock = { now: () => performance.timeOrigin + performance.now() };
