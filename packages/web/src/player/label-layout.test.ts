import { describe, expect, it } from 'vitest';
import { containRect } from './fit.js';
import { layoutLabels } from './label-layout.js';

const bounds = { x: 0, y: 0, width: 640, height: 360 };
const request = (x: number, y: number, width: number, height: number, labelWidth = 60) => ({
  box: { x, y, width, height },
  labelWidth,
});

describe('layoutLabels', () => {
  it('puts a label above its box', () => {
    expect(layoutLabels([request(100, 100, 50, 80)], 16, bounds)).toEqual([{ x: 100, y: 84 }]);
  });

  it('goes inside where there is no room above, and stays in the picture', () => {
    expect(layoutLabels([request(620, 5, 20, 80)], 16, bounds)).toEqual([{ x: 580, y: 5 }]);
    expect(layoutLabels([request(-20, -10, 60, 80)], 16, bounds)).toEqual([{ x: 0, y: 70 }]);
  });

  it('keeps labels of boxes that share a corner apart', () => {
    const places = layoutLabels(
      [request(100, 100, 50, 80), request(104, 102, 60, 90), request(98, 99, 55, 85)],
      16,
      bounds,
    );
    for (const [i, a] of places.entries()) {
      for (const b of places.slice(i + 1)) expect(Math.abs(a.y - b.y)).toBeGreaterThanOrEqual(16);
    }
  });

  it('gives every label some place, however many there are', () => {
    const places = layoutLabels(
      Array.from({ length: 40 }, () => request(10, 10, 20, 20)),
      16,
      bounds,
    );
    expect(places).toHaveLength(40);
    for (const { y } of places) expect(y).toBeGreaterThanOrEqual(0);
  });

  it('survives a label wider than the view', () => {
    expect(layoutLabels([request(10, 50, 20, 20, 900)], 16, bounds)).toEqual([{ x: 0, y: 34 }]);
  });
});

describe('containRect', () => {
  it('centres the picture', () => {
    expect(containRect(640, 480, 1000, 480)).toEqual({ x: 180, y: 0, width: 640, height: 480 });
    expect(containRect(640, 480, 320, 400)).toEqual({ x: 0, y: 80, width: 320, height: 240 });
  });
});
