import { describe, expect, it } from 'vitest';
import { fittingLayout, gapAt, scrollingLayout, type WallLayout } from './wall-layout.js';

const WIDE = 16 / 9;
const SCREEN = { width: 1920, height: 1080, gap: 4 };

/** How many pictures there are in each row. */
const rowsIn = ({ places }: WallLayout) =>
  [...new Set(places.map(({ y }) => y))].map((top) => places.filter(({ y }) => y === top).length);

function expectWhole(layout: WallLayout, shapes: readonly number[], screen = SCREEN): void {
  expect(layout.places).toHaveLength(shapes.length);
  for (const [index, { x, y, width, height }] of layout.places.entries()) {
    expect(width / height).toBeCloseTo(shapes[index]!);
    expect(x).toBeGreaterThanOrEqual(-0.01);
    expect(x + width).toBeLessThanOrEqual(screen.width + 0.01);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y + height).toBeLessThanOrEqual(screen.height + 0.01);
  }
}

describe('a wall without scrolling', () => {
  it.each([
    [1, [1]],
    [2, [2]],
    [4, [2, 2]],
    [6, [3, 3]],
    [9, [3, 3, 3]],
  ])('has %d wide pictures on a wide screen in rows of %j', (count, rows) => {
    const shapes = Array<number>(count).fill(WIDE);
    const layout = fittingLayout(shapes, SCREEN);
    expectWhole(layout, shapes);
    expect(rowsIn(layout)).toEqual(rows);
  });

  it.each([
    [[4 / 3, WIDE, 9 / 16, 4 / 3, WIDE]],
    [[0.3, 5, 0.3, 5]],
    [Array<number>(40).fill(4 / 3)],
    [Array<number>(7).fill(0.5)],
    [Array<number>(200).fill(WIDE)],
  ])('keeps every picture whole and on the screen', (shapes) => {
    expectWhole(fittingLayout(shapes, SCREEN), shapes);
    const upright = { ...SCREEN, width: 1080, height: 1920 };
    expectWhole(fittingLayout(shapes, upright), shapes, upright);
  });

  it('is in the middle of the screen', () => {
    const [only] = fittingLayout([1], SCREEN).places;
    expect(only).toEqual({ x: 420, y: 0, width: 1080, height: 1080 });
    const [wide] = fittingLayout([4], SCREEN).places;
    expect(wide).toEqual({ x: 0, y: 300, width: 1920, height: 480 });
  });

  it('is higher than a screen that is too small for all', () => {
    const small = { ...SCREEN, height: 0 };
    const layout = fittingLayout(Array<number>(9).fill(1), small);
    expect(layout.places).toHaveLength(9);
    expect(layout.height).toBeGreaterThan(small.height);
    expect(fittingLayout([], SCREEN).places).toEqual([]);
  });
});

describe('a wall that scrolls', () => {
  const look = { width: 1000, gap: 10, idealHeight: 200, maxHeight: 300, minWidth: 100 };

  it('has its rows below one another, from the left', () => {
    const { places, height } = scrollingLayout([1, 1, 1, 1, 1, 1, 1, 1], look);
    expect(places[0]).toMatchObject({ x: 0, y: 0 });
    expect(places[1]?.x).toBeCloseTo((places[0]?.width ?? 0) + 10);
    const last = places.at(-1)!;
    expect(last.y).toBeGreaterThan(0);
    expect(height).toBeCloseTo(last.y + last.height);
  });
});

describe('a point on the wall', () => {
  const places = [
    { x: 0, y: 0, width: 100, height: 50 },
    { x: 110, y: 0, width: 100, height: 50 },
    { x: 0, y: 60, width: 200, height: 50 },
  ];

  it.each([
    [{ x: 10, y: 10 }, 0],
    [{ x: 60, y: 10 }, 1],
    [{ x: 150, y: 49 }, 1],
    [{ x: 205, y: 10 }, 2],
    [{ x: 10, y: 70 }, 2],
    [{ x: 190, y: 70 }, 2],
    [{ x: 10, y: 90 }, 3],
    [{ x: 190, y: 500 }, 3],
    [{ x: 10, y: -20 }, 0],
  ])('%j is before picture %i', (point, index) => expect(gapAt(places, point)).toBe(index));

  it('of an empty wall is before nothing', () => expect(gapAt([], { x: 0, y: 0 })).toBe(0));
});
