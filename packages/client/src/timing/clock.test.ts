import { describe, expect, it } from 'vitest';
import { ClockOffset } from './clock.js';

describe('ClockOffset', () => {
  it('is zero and of unknown error before the first exchange', () => {
    const offset = new ClockOffset();
    expect(offset.offsetMs).toBe(0);
    expect(offset.roundTripMs).toBeUndefined();
    expect(offset.toServer(1000)).toBe(1000);
  });

  it('takes the middle of the exchange', () => {
    const offset = new ClockOffset();
    offset.add(1000, 6005, 1010);
    expect(offset.offsetMs).toBe(5000);
    expect(offset.toServer(2000)).toBe(7000);
  });

  it('prefers the shortest round trip over newer, slower ones', () => {
    const offset = new ClockOffset();
    offset.add(0, 5001, 2);
    // 100 ms late on the way back only: its middle is 49 ms off
    offset.add(1000, 6001, 1100);
    expect(offset.offsetMs).toBe(5000);
    expect(offset.roundTripMs).toBe(2);
  });

  it('lets the best sample go when it is too old', () => {
    const offset = new ClockOffset(16, 10_000);
    offset.add(0, 5001, 2);
    offset.add(20_000, 25_006, 20_010);
    expect(offset.offsetMs).toBe(5001);
    expect(offset.roundTripMs).toBe(10);
  });

  it('keeps no more samples than asked', () => {
    const offset = new ClockOffset(2, 1e9);
    offset.add(0, 1, 2);
    offset.add(10, 20, 30);
    offset.add(40, 50, 60);
    expect(offset.roundTripMs).toBe(20);
  });

  it('starts over when a clock was set', () => {
    const offset = new ClockOffset();
    offset.add(0, 1, 2);
    offset.add(1000, 31_010, 1020);
    expect(offset.offsetMs).toBe(30_000);
  });

  it('ignores impossible exchanges', () => {
    const offset = new ClockOffset();
    expect(offset.add(10, 20, 5)).toBe(false);
    expect(offset.add(10, Number.NaN, 20)).toBe(false);
    expect(offset.roundTripMs).toBeUndefined();
  });
});
