import { type Taps, wholeWeights } from './resampling.js';
import { COLUMN_GROUP, COLUMN_WEIGHT, columnEntry, REGISTER_BYTES, type Windows } from './yuv-kernel.js';

/** What a shuffle takes for nothing: the byte becomes 0. */
const NOTHING = 0xff;

/** The fewest loads that reach all samples of each group. */
export function windowsFor(taps: readonly Taps[]): Windows {
  const enough = ([1, 2] as const).find((count) =>
    windowsOf(taps, count).every((window) => {
      const { first, last } = spanOf(window);
      return last - first < REGISTER_BYTES;
    }),
  );
  return enough ?? 4;
}

/** Says of which samples each pixel of a row is made, as the kernel reads it. @param taps two weights at most */
export function columnTable(taps: readonly Taps[], windows: Windows): Uint8Array {
  const entry = columnEntry(windows);
  const loads = windowsOf(taps, windows);
  const table = Buffer.alloc((loads.length / windows) * entry.bytes, NOTHING);
  loads.forEach((pixels, load) => {
    const start = Math.floor(load / windows) * entry.bytes;
    const window = load % windows;
    const { first } = spanOf(pixels);
    table.writeInt32LE(first, start + entry.offset(window));
    pixels.forEach((pixel, index) => {
      const lane = (window * pixels.length + index) * 4;
      const [near = 0, next = 0] = wholeWeights(pixel.weights, COLUMN_WEIGHT);
      table.writeInt16LE(near, start + entry.weights + lane);
      table.writeInt16LE(next, start + entry.weights + lane + 2);
      pixel.weights.forEach((_, tap) => {
        // The byte above it becomes 0.
        table[start + entry.shuffle(window) + lane + tap * 2] = pixel.first + tap - first;
      });
    });
  });
  return table;
}

/** Taps by the loads that serve them, the last pixel's repeated until its group is full. */
function windowsOf(taps: readonly Taps[], perGroup: Windows): Taps[][] {
  const pixels = Math.ceil(taps.length / COLUMN_GROUP) * COLUMN_GROUP;
  const size = COLUMN_GROUP / perGroup;
  return Array.from({ length: pixels / size }, (_, window) =>
    Array.from({ length: size }, (_, pixel) => taps[Math.min(window * size + pixel, taps.length - 1)]!),
  );
}

/** The first and the last sample that a window's pixels are made of. */
function spanOf(window: readonly Taps[]): { first: number; last: number } {
  return {
    first: Math.min(...window.map(({ first }) => first)),
    last: Math.max(...window.map(({ first, weights }) => first + weights.length - 1)),
  };
}
