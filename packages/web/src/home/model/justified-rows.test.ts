import { describe, expect, it } from 'vitest';
import { justifiedRows } from './justified-rows.js';

const LOOK = { width: 1216, gap: 16, idealHeight: 300, maxHeight: 520, minWidth: 170 };
const WIDE = 16 / 9;

/** The pictures of each row, by what fits in the width. */
function rowsOf(shapes: readonly number[], look = LOOK) {
  const rows: Array<Array<{ width: number; height: number }>> = [];
  let left = 0;
  for (const [i, width] of justifiedRows(shapes, look).entries()) {
    if (left < width - 0.01) {
      rows.push([]);
      left = look.width;
    }
    left -= width + look.gap;
    rows.at(-1)!.push({ width, height: width / shapes[i]! });
  }
  return rows;
}

describe('justifiedRows', () => {
  it.each([
    [2, [2]],
    [3, [3]],
    [4, [2, 2]],
    [5, [2, 3]],
    [7, [2, 2, 3]],
  ])('sets %d wide pictures in rows of %j', (count, lengths) => {
    expect(rowsOf(Array(count).fill(WIDE)).map((row) => row.length)).toEqual(lengths);
  });

  it('gives each picture its shape, the row one height, and all of the width', () => {
    for (const row of rowsOf([4 / 3, WIDE, 9 / 16, 4 / 3, WIDE])) {
      const [{ height } = { height: 0 }] = row;
      for (const one of row) expect(one.height).toBeCloseTo(height);
      const width = row.reduce((sum, one) => sum + one.width, LOOK.gap * (row.length - 1));
      expect(width).toBeCloseTo(LOOK.width);
    }
  });

  it('leaves space beside a picture that would be too high', () => {
    expect(justifiedRows([4 / 3], LOOK)[0]).toBeCloseTo((520 * 4) / 3);
  });

  it('stacks them on a phone, but for two that stand upright', () => {
    const phone = { ...LOOK, width: 390 };
    expect(rowsOf([4 / 3, WIDE], phone).map((row) => row.length)).toEqual([1, 1]);
    expect(rowsOf([9 / 16, 9 / 16, WIDE], phone).map((row) => row.length)).toEqual([2, 1]);
  });

  it('bears a page without any width', () => expect(justifiedRows([1, 2, 3], { ...LOOK, width: 0 })).toHaveLength(3));

  it('makes nothing of nothing', () => expect(justifiedRows([], LOOK)).toEqual([]));
});
