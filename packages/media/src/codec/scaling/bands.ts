import { linearTaps } from './resampling.js';

/** Rows of the result that are made at a time: all they are made of stays in the processor's nearest caches. */
export const BAND_ROWS = 16;

interface BandRow {
  upper: number;
  lower: number;
  /** Of `lower`, 0..1; `upper` has the rest. */
  weight: number;
}

/** Rows of the result that are made together. */
export interface Band {
  /** Rows of the picture they are made of, ascending. */
  sources: readonly number[];
  /** Each of the result's, of two of `sources`, by index; the same twice where it is made of one. */
  rows: readonly BandRow[];
}

/** @param height rows of the picture. @param outputs rows of the result */
export function planBands(height: number, outputs: number): Band[] {
  const taps = linearTaps(height, outputs);
  return Array.from({ length: Math.ceil(outputs / BAND_ROWS) }, (_, index) => {
    const band = taps.slice(index * BAND_ROWS, (index + 1) * BAND_ROWS);
    const sources = ascending(band.flatMap(({ first, weights }) => weights.map((_, tap) => first + tap)));
    const at = new Map(sources.map((row, index) => [row, index]));
    const rows = band.map(({ first, weights: [, weight = 0] }) => {
      const upper = at.get(first)!;
      return { upper, lower: weight === 0 ? upper : upper + 1, weight };
    });
    return { sources, rows };
  });
}

/**
 * The rows of a plane that become its part of a picture's row: the one that lies nearest, and the next, of which a quarter is
 * taken. @param down rows of the picture for each of the plane's. @param count rows of the plane
 */
export function planeRows(row: number, down: 1 | 2, count: number): readonly [near: number, far: number] {
  if (down === 1) return [row, row];
  const near = row >> 1;
  const far = row % 2 === 0 ? near - 1 : near + 1;
  return [near, Math.min(Math.max(far, 0), count - 1)];
}

/**
 * What libjpeg adds to smoothed colour before it rounds down, in sixteenths of a level: at even pixels, and at odd ones. Not a half
 * for all, so that in the mean rounding favours neither direction (`jdsample.c`).
 */
export function colourRounding(row: number, across: 1 | 2, down: 1 | 2): readonly [even: number, odd: number] {
  if (across === 2) return down === 2 ? [8, 7] : [4, 8];
  if (down === 2) return row % 2 === 0 ? [4, 4] : [8, 8];
  return [0, 0];
}

/** Each once, in order. */
export function ascending(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** Rows that follow each other, taken together. @param rows ascending */
export function runsOf(rows: readonly number[]): Array<[first: number, end: number]> {
  const runs: [number, number][] = [];
  for (const row of rows) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === row) last[1] = row + 1;
    else runs.push([row, row + 1]);
  }
  return runs;
}
