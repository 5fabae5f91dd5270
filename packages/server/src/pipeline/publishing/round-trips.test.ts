import { expect, it } from 'vitest';
import { RoundTrips } from './round-trips.js';

it('tells the bare link from what it holds of late', () => {
  const trips = new RoundTrips();
  expect([trips.recentMs(0), trips.leastMs]).toEqual([0, 0]);
  trips.add(20, 0);
  trips.add(35, 1000);
  expect([trips.recentMs(1000), trips.leastMs]).toEqual([20, 20]);
  for (let nowMs = 2000; nowMs <= 30_000; nowMs += 1000) trips.add(600, nowMs);
  expect([trips.recentMs(30_000), trips.leastMs]).toEqual([600, 20]);
  // Silence: what is known of the bare link is all there is.
  expect(trips.recentMs(90_000)).toBe(20);
});
