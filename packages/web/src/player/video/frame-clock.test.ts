import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FrameClock } from './frame-clock.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('tells when a frame was taken, across the wrap of timestamps, and how old it is', async () => {
  const serverAheadMs = 5000;
  const ask = vi.fn(async () => ({
    now: performance.timeOrigin + performance.now() + serverAheadMs,
    rtp_timestamp: 90,
  }));
  const clock = new FrameClock(ask);
  expect(clock.capturedMs(90)).toBeUndefined();
  await vi.advanceTimersByTimeAsync(0);
  const { now } = await ask.mock.results[0]!.value;
  expect(clock.capturedMs(90 + 900)).toBe(now + 10);
  expect(clock.capturedMs(2 ** 32 - 90)).toBe(now - 2);
  expect(clock.ageMs(now - 30)).toBeCloseTo(30, 0);
  expect(clock.roundTripMs).toBeCloseTo(0, 0);
  clock.close();
  expect(vi.getTimerCount()).toBe(0);
});

it('asks again when the server did not answer', async () => {
  const ask = vi
    .fn<ConstructorParameters<typeof FrameClock>[0]>()
    .mockRejectedValueOnce(new Error('busy'))
    .mockResolvedValue({ now: 1000, rtp_timestamp: 0 });
  const clock = new FrameClock(ask);
  await vi.advanceTimersByTimeAsync(100);
  expect(clock.capturedMs(0)).toBeUndefined();
  await vi.advanceTimersByTimeAsync(100);
  expect(clock.capturedMs(0)).toBe(1000);
  clock.close();
});
