import { describe, expect, it } from 'vitest';
import {
  type LabelRequest,
  layoutLabels,
  layoutNames,
  type NameRequest,
  type Rect,
  uncovered,
} from './label-layout.js';

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

describe('layoutNames', () => {
  const area = [
    [100, 100],
    [400, 100],
    [400, 300],
    [100, 300],
  ] as const;
  const lawn: NameRequest = { area, strokes: [[...area, area[0]]], labelWidth: 60 };
  const gate: NameRequest = {
    strokes: [
      [
        [450, 50],
        [500, 200],
      ],
    ],
    labelWidth: 60,
  };
  const names = (requests: NameRequest[]) => layoutNames(requests, { bounds, labelHeight: 20, gap: 5 });

  it('puts the name of an area inside it and that of a line beside its end', () => {
    expect(names([lawn, gate])).toEqual([
      { x: 105, y: 105 },
      { x: 505, y: 205 },
    ]);
  });

  it('gives areas on the same place names beside each other', () => {
    const [first, second] = names([lawn, { ...lawn }]);
    expect(first).toEqual({ x: 105, y: 105 });
    expect(second).toEqual({ x: 335, y: 105 });
  });

  it('finds no place in an area that is too narrow', () => {
    const path = [
      [100, 100],
      [130, 100],
      [130, 300],
    ] as const;
    expect(names([{ area: path, strokes: [[...path, path[0]]], labelWidth: 60 }])).toEqual([undefined]);
  });
});

it('names give way to labels and heads, and to nothing else', () => {
  const name = { text: 'lawn', rect: rect(105, 105, 60, 20) };
  const shown = (passing: { labels?: Rect[]; boxes?: Rect[] }) =>
    uncovered([name], { labels: [], boxes: [], ...passing });
  expect(shown({})).toEqual([name]);
  expect(shown({ labels: [rect(120, 110, 50, 20)] })).toEqual([]);
  expect(shown({ boxes: [rect(120, 110, 50, 200)] })).toEqual([]);
  expect(shown({ boxes: [rect(120, 50, 50, 90)] })).toEqual([name]);
});
