import { describe, expect, it } from 'vitest';
import { REGION_COLOURS } from './overlay-look.js';
import type { Line, Zone } from './region.js';
import { distanceRightOf } from './region-geometry.js';
import { regionShapes, withColours } from './region-shapes.js';

const lawn: Zone = {
  name: 'lawn',
  points: [
    [0, 0.5],
    [1, 0.5],
    [1, 1],
  ],
};
const gate: Line = { name: 'gate', from: [0.25, 0], to: [0.25, 1] };
const picture = { x: 10, y: 20, width: 400, height: 200 };

describe('regionShapes', () => {
  it('puts zones and lines where the picture is in the view', () => {
    const [area, line] = regionShapes({ zones: [lawn], lines: [gate] }, { picture, scale: 2 });
    expect(area).toMatchObject({ name: 'lawn', colour: '#33e6a0', lineWidth: 3, fill: 0.12 });
    expect(area?.area).toEqual([
      [10, 120],
      [410, 120],
      [410, 220],
    ]);
    expect(area?.strokes[0]).toHaveLength(4);
    expect(line).toMatchObject({ colour: '#ffab40', lineWidth: 4, fill: 0 });
    expect(line?.strokes[0]).toEqual([
      [110, 20],
      [110, 220],
    ]);
  });

  it('draws what fires stronger, whatever the spelling of its name', () => {
    const [area, line] = regionShapes(
      { zones: [lawn], lines: [gate] },
      { picture, scale: 1, firing: ['LAWN ', 'gate'] },
    );
    expect(area).toMatchObject({ lineWidth: 2.5, fill: 0.2 });
    expect(line).toMatchObject({ lineWidth: 2.5 });
  });

  it.each<[string, Line['from'], Line['to']]>([
    ['down', [0.25, 0], [0.25, 1]],
    ['to the left', [0.9, 0.5], [0.1, 0.5]],
    ['across', [0.1, 0.9], [0.7, 0.2]],
  ])('points the arrow of a line drawn %s to the side that counts as forward', (_name, from, to) => {
    const [line] = regionShapes({ zones: [], lines: [{ name: 'gate', from, to }] }, { picture, scale: 1 });
    const [ends = [], [middle, tip] = []] = line?.strokes ?? [];
    const [a, b] = ends;
    if (!a || !b || !middle || !tip) throw new Error('an arrow is missing');
    expect(distanceRightOf(middle[0], middle[1], a, b)).toBeCloseTo(0, 6);
    // 5.5 % of the picture's width.
    expect(distanceRightOf(tip[0], tip[1], a, b)).toBeCloseTo(22, 6);
  });
});

it('gives regions without a colour one of their own, in turn', () => {
  const zones = [lawn, { ...lawn, color: '#123456' }, lawn];
  const { zones: areas, lines } = withColours({ zones, lines: [gate, gate, gate, gate] });
  expect(areas.map(({ color }) => color)).toEqual([REGION_COLOURS[0], '#123456', REGION_COLOURS[2]]);
  expect(lines.map(({ color }) => color)).toEqual([...REGION_COLOURS.slice(3), REGION_COLOURS[0]]);
});
