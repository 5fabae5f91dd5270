import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { IdleTimer } from './idle-timer.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('is idle after its time without anything, and no longer once something happens', () => {
  const told: boolean[] = [];
  const timer = new IdleTimer(3000, (isIdle) => told.push(isIdle));
  vi.advanceTimersByTime(2900);
  timer.wake();
  vi.advanceTimersByTime(2900);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(told).toEqual([true]);
  timer.wake();
  timer.wake();
  expect(told).toEqual([true, false]);
  vi.advanceTimersByTime(3000);
  timer.dispose();
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual([true, false, true, false]);
});
