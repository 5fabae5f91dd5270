import { describe, expect, it } from 'vitest';
import { type LabelRequest, layoutLabels, type Rect } from './label-layout.js';

const bounds = { x: 0, y: 0, width: 640, height: 360 };
const rect = (x: number, y: number, width: number, height: number): Rect => ({ x, y, width, height });
const layout = (requests: LabelRequest[], others: Rect[] = []) =>
  layoutLabels(requests, { bounds, boxes: [...requests.map(({ box }) => box), ...others], labelHeight: 20, gap: 5 });

describe('layoutLabels', () => {
  it.each([
    ['above', rect(100, 100, 50, 80), [], { x: 100, y: 75 }],
    ['to the right at the upper edge', rect(100, 5, 50, 80), [], { x: 155, y: 5 }],
    ['to the left where there is another box', rect(100, 5, 50, 80), [rect(150, 0, 200, 90)], { x: 35, y: 5 }],
    ['below', rect(0, 5, 640, 80), [], { x: 0, y: 90 }],
    ['inside the picture at its sides', rect(620, 100, 20, 80), [], { x: 580, y: 75 }],
  ])('puts a label %s', (_where, box, others, expected) => {
    expect(layout([{ box, labelWidth: 60 }], others)).toEqual([expected]);
  });

  it('leaves out a label that would hide a head', () => {
    expect(layout([{ box: rect(0, 0, 640, 360), labelWidth: 60 }])).toEqual([undefined]);
    expect(layout([{ box: rect(10, 50, 20, 20), labelWidth: 900 }])).toEqual([undefined]);
  });

  it('puts no label over another or over the upper third of any box', () => {
    const crowd = Array.from({ length: 30 }, (_, i) => rect((i * 97) % 560, (i * 61) % 280, 60, 90));
    const requests = crowd.map((box) => ({ box, labelWidth: 50 }));
    const places = layout(requests).flatMap((place) => (place ? [{ ...place, width: 50, height: 20 }] : []));
    expect(places.length).toBeGreaterThan(2);
    const heads = crowd.map((box) => ({ ...box, height: box.height / 3 }));
    for (const [i, a] of places.entries()) {
      for (const b of [...places.slice(i + 1), ...heads]) {
        const apart = a.x >= b.x + b.width || b.x >= a.x + a.width || a.y >= b.y + b.height || b.y >= a.y + a.height;
        expect(apart).toBe(true);
      }
    }
  });
});
