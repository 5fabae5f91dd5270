import { describe, expect, it } from 'vitest';
import { readClockCode, writeClockCode } from './clock-code.js';

describe('clock code', () => {
  it.each([
    ['as it was written', 640, 480],
    ['in the smallest picture with a row and a column for each cell', 40, 12],
  ])('is read %s', (_, width, height) => {
    const luma = new Uint8Array(width * height).fill(90);
    const timeMs = 1_790_000_000_123.4;
    writeClockCode(luma, { width, height }, timeMs);
    expect(readClockCode(luma, { width, height }, timeMs + 5000)).toBeCloseTo(timeMs, 1);
  });

  it('is not read from a picture without one', () => {
    expect(readClockCode(new Uint8Array(640 * 480).fill(90), { width: 640, height: 480 }, 0)).toBeUndefined();
  });
});
