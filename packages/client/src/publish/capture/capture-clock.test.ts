import { describe, expect, it } from 'vitest';
import { CaptureClock } from './capture-clock.js';

const NOW = 1_700_000_000_000;
/** The browser's own clock, microseconds. */
const ORIGIN_US = 12_000_000_000;

describe('CaptureClock', () => {
  it('finds when a late frame was captured by the quickest of late', () => {
    const clock = new CaptureClock();
    const delays = [4, 2, 3, 60, 2];
    const captured = delays.map((delay, i) => {
      const at = NOW + i * 33;
      return clock.capturedAt(ORIGIN_US + i * 33_000, at + delay) - at;
    });
    // The first could not know better; from the quickest on, all are right but for its 2 ms.
    expect(captured).toEqual([4, 2, 2, 2, 2]);
  });

  it('follows a clock that drifts', () => {
    const clock = new CaptureClock();
    let error = 0;
    for (let i = 0; i < 30 * 600; i++) {
      const at = NOW + i * 33.333;
      // 100 ppm fast: 60 ms in ten minutes
      const stampUs = ORIGIN_US + i * 33_333 * 1.0001;
      error = Math.abs(clock.capturedAt(stampUs, at + 3) - at);
    }
    expect(error).toBeLessThan(6);
  });

  it('starts anew where a source does, and takes what makes no sense for now', () => {
    const clock = new CaptureClock();
    clock.capturedAt(ORIGIN_US, NOW);
    expect(clock.capturedAt(0, NOW + 33)).toBe(NOW + 33);
    expect(clock.capturedAt(33_000, NOW + 66)).toBeCloseTo(NOW + 66, 3);
    expect(clock.capturedAt(Number.NaN, NOW + 99)).toBe(NOW + 99);
  });
});
