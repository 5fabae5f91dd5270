import { describe, expect, it } from 'vitest';
import { ascending, BAND_ROWS, planBands, planeRows, runsOf } from './bands.js';

describe('planBands', () => {
  it.each([
    [480, 312],
    [1080, 234],
    [120, 320],
    [7, 7],
    [1, 40],
  ])('makes of %i rows each of %i once, of two of the rows its band needs', (height, outputs) => {
    const bands = planBands(height, outputs);
    expect(bands.flatMap(({ rows }) => rows)).toHaveLength(outputs);
    for (const { sources, rows } of bands) {
      expect(rows.length).toBeLessThanOrEqual(BAND_ROWS);
      expect(sources).toEqual(ascending(sources));
      const used = rows.flatMap(({ upper, lower }) => [upper, lower]);
      expect(ascending(used)).toEqual(sources.map((_, index) => index));
      expect(sources[0]).toBeGreaterThanOrEqual(0);
      expect(sources.at(-1)).toBeLessThan(height);
    }
  });

  it('weighs the two nearest rows by distance', () => {
    // The first of three rows over six lies half-way between the rows 0 and 1, the second between 2 and 3.
    const [{ sources, rows }] = planBands(6, 3) as [ReturnType<typeof planBands>[number]];
    expect(sources).toEqual([0, 1, 2, 3, 4, 5]);
    expect(rows[1]).toEqual({ upper: 2, lower: 3, weight: 0.5 });
  });
});

describe('planeRows', () => {
  it('takes the nearest row of a subsampled plane, and the next on the other side', () => {
    expect([0, 1, 2, 3].map((row) => planeRows(row, 2, 2))).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
  });

  it('takes the row itself of a full plane', () => {
    expect(planeRows(5, 1, 8)).toEqual([5, 5]);
  });
});

it('joins rows that follow each other', () => {
  expect(runsOf([2, 3, 7, 11, 12, 13])).toEqual([
    [2, 4],
    [7, 8],
    [11, 14],
  ]);
  expect(runsOf([])).toEqual([]);
});
