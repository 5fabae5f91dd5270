import { describe, expect, it } from 'vitest';
import { FrameClock, RoundTrips, WindowedMinimum } from './frame-clock.js';

const start = 1_700_000_000_000;

interface Conditions {
  aheadMs?: number;
  roundTripMs?: number;
  recentMs?: number;
  fromMs?: number;
}

const quick = { recentMs: 20, leastMs: 20 };

/** Sends a frame every 33 ms over a way of `tripsMs` each, by a publisher's clock that is `aheadMs` ahead; the ages that come out. */
function ages(
  clock: FrameClock,
  tripsMs: readonly number[],
  { aheadMs = 0, roundTripMs = 20, recentMs, fromMs = start }: Conditions = {},
) {
  return tripsMs.map((trip, index) => {
    const sentMs = fromMs + index * 33;
    const { timestampMs, replaced } = clock.stamp(sentMs + aheadMs, sentMs + trip, {
      recentMs: recentMs ?? roundTripMs,
      leastMs: roundTripMs,
    });
    return replaced ? 'replaced' : Math.round(sentMs + trip - timestampMs);
  });
}

describe('FrameClock', () => {
  it('takes the stamps of a right clock as they are', () => {
    expect(ages(new FrameClock(), [10, 60, 12, 200, 10])).toEqual([10, 60, 12, 200, 10]);
  });

  it('takes a right clock of a publisher that encodes for long as it is', () => {
    expect(ages(new FrameClock(), [220, 230, 260])).toEqual([220, 230, 260]);
  });

  it('does not take a full link for a wrong clock: pings wait there too', () => {
    const trips = new Array(900).fill(0).map((_, index) => 700 + (index % 7) * 10);
    const clock = new FrameClock();
    ages(clock, [40, 45, 60]);
    const full = ages(clock, trips, { recentMs: 690, fromMs: start + 1000 });
    expect(full).toEqual(trips);
  });

  it.each([
    ['an hour ahead', 3_600_000],
    ['an hour behind', -3_600_000],
    ['counting from its own start', -start + 5000],
    ['a little ahead', 30],
  ])('measures age from the quickest frame where the clock is %s', (_what, aheadMs) => {
    // The quickest took 10 ms, half a round trip: what others took more is their age.
    expect(ages(new FrameClock(), [10, 60, 12, 200, 10], { aheadMs })).toEqual([10, 60, 12, 200, 10]);
  });

  it('sees quicker frames as they come', () => {
    expect(ages(new FrameClock(), [100, 60, 40], { aheadMs: 1000 })).toEqual([10, 10, 10]);
  });

  it('puts the arrival in place of no stamp, an infinite one and one far from the others', () => {
    const clock = new FrameClock();
    ages(clock, [10, 10]);
    for (const stamp of [null, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -1e15, start + 1e9]) {
      expect(clock.stamp(stamp, start + 100, quick)).toEqual({ timestampMs: start + 100, replaced: true });
    }
    expect(ages(clock, [12], { fromMs: start + 100 })).toEqual([12]);
  });

  it('never gives a time after the arrival, and none older than 10 s', () => {
    const clock = new FrameClock();
    for (let index = 0; index < 2000; index++) {
      const arrivalMs = start + index * 16;
      const stamp = [arrivalMs, Math.sin(index) * 1e6 + arrivalMs, Math.cos(index) * 1e14, 0][index % 4] as number;
      const { timestampMs } = clock.stamp(stamp, arrivalMs, quick);
      expect(timestampMs).toBeLessThanOrEqual(arrivalMs);
      expect(timestampMs).toBeGreaterThanOrEqual(arrivalMs - 10_000);
    }
  });

  it('follows a clock that is set ahead while frames come', () => {
    const clock = new FrameClock();
    ages(clock, [10, 10, 10]);
    const after = ages(clock, [10, 12, 10, 10, 11, 30], { aheadMs: 3_600_000, fromMs: start + 1000 });
    expect(after).toEqual(['replaced', 'replaced', 'replaced', 'replaced', 10, 29]);
  });

  it('follows a clock that is set back within two windows', () => {
    const clock = new FrameClock();
    ages(clock, [10, 10, 10]);
    const after = ages(clock, new Array(800).fill(10), { aheadMs: -3_600_000, fromMs: start + 1000 });
    expect(after[0]).toBe('replaced');
    expect(after.at(-1)).toBe(10);
  });

  it('follows a clock that drifts', () => {
    const clock = new FrameClock();
    let age = 0;
    // 0.1 % fast, for five minutes: 300 ms in all.
    for (let sentMs = 0; sentMs < 300_000; sentMs += 33) {
      const { timestampMs } = clock.stamp(start + sentMs * 1.001 + 500, start + sentMs + 10, quick);
      age = start + sentMs + 10 - timestampMs;
      expect(age).toBeLessThan(35);
    }
  });
});

describe('RoundTrips', () => {
  it('tells the bare link from what it holds of late', () => {
    const trips = new RoundTrips();
    expect(trips.known(0)).toEqual({ recentMs: 0, leastMs: 0 });
    trips.add(20, 0);
    trips.add(35, 1000);
    expect(trips.known(1000)).toEqual({ recentMs: 20, leastMs: 20 });
    for (let nowMs = 2000; nowMs <= 30_000; nowMs += 1000) trips.add(600, nowMs);
    expect(trips.known(30_000)).toEqual({ recentMs: 600, leastMs: 20 });
    // Silence: what is known of the bare link is all there is.
    expect(trips.known(90_000)).toEqual({ recentMs: 20, leastMs: 20 });
  });

  it('shows a queue by the last ping, answered or not', () => {
    const trips = new RoundTrips();
    expect(trips.queueMs(500)).toBeUndefined();
    trips.add(20, 0);
    expect(trips.queueMs(0)).toBe(0);
    expect(trips.queueMs(500)).toBe(480);
    trips.add(620, 1000);
    expect(trips.queueMs(5)).toBe(600);
  });
});

it('is the least of the last one to two windows', () => {
  const minimum = new WindowedMinimum(1000);
  expect(minimum.get(0)).toBe(Number.POSITIVE_INFINITY);
  minimum.add(5, 0);
  minimum.add(9, 900);
  expect(minimum.get(999)).toBe(5);
  minimum.add(7, 1000);
  expect(minimum.get(1900)).toBe(5);
  expect(minimum.get(2000)).toBe(7);
  expect(minimum.get(3000)).toBe(Number.POSITIVE_INFINITY);
});

it('forgets everything over a pause', () => {
  const minimum = new WindowedMinimum(1000);
  minimum.add(5, 0);
  minimum.add(8, 2500);
  expect(minimum.get(2500)).toBe(8);
  minimum.reset();
  expect(minimum.get(2500)).toBe(Number.POSITIVE_INFINITY);
});
