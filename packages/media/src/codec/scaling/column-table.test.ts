import { describe, expect, it } from 'vitest';
import { columnTable, windowsFor } from './column-table.js';
import { linearTaps } from './resampling.js';
import { COLUMN_WEIGHT, columnEntry, type Windows } from './yuv-kernel.js';

describe('windowsFor', () => {
  it.each([
    [320, 416, 1],
    [640, 416, 1],
    [1280, 416, 1],
    [1920, 416, 1],
    [3840, 416, 2],
    [7680, 416, 4],
    [1, 416, 1],
  ])('reaches %i columns for %i pixels in %i loads a group', (width, outputs, windows) => {
    expect(windowsFor(linearTaps(width, outputs))).toBe(windows);
  });
});

describe('columnTable', () => {
  it.each([
    [640, 416],
    [1280, 416],
    [3840, 416],
    [7, 5],
    [5, 19],
  ])('leads each of %i columns’ pixels, of %i, to its samples', (width, outputs) => {
    const taps = linearTaps(width, outputs);
    const windows = windowsFor(taps);
    const row = Int32Array.from({ length: width + 16 }, (_, x) => (x < width ? x * 97 : 1_000_000)); // beyond: far off
    const pixels = pixelsOf(columnTable(taps, windows), windows, row);
    taps.forEach(({ first, weights }, pixel) => {
      const exact = weights.reduce((total, weight, tap) => total + weight * row[first + tap]!, 0);
      expect(pixels[pixel]!).toBeCloseTo(exact, 1);
    });
    expect(pixels.length - outputs).toBeLessThan(4);
  });
});

/** What the kernel does with a table, sample by sample. */
function pixelsOf(bytes: Uint8Array, windows: Windows, row: Int32Array): number[] {
  const table = Buffer.from(bytes);
  const entry = columnEntry(windows);
  return Array.from({ length: (bytes.length / entry.bytes) * 4 }, (_, pixel) => {
    const start = Math.floor(pixel / 4) * entry.bytes;
    const lane = (pixel % 4) * 4;
    let sum = 0;
    for (const tap of [0, 2]) {
      for (let window = 0; window < windows; window++) {
        const byte = table[start + entry.shuffle(window) + lane + tap]!;
        if (byte >= 16) continue;
        const sample = row[table.readInt32LE(start + entry.offset(window)) + byte]!;
        sum += sample * table.readInt16LE(start + entry.weights + lane + tap);
      }
    }
    return sum / COLUMN_WEIGHT;
  });
}
