import type { PlanePoint } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { problemsOf } from './shape-problems.js';
import {
  countChanges,
  edgeMiddles,
  freshColour,
  freshName,
  regionsOf,
  type Shape,
  shapeAt,
  shapesOf,
} from './shapes.js';

const square: Array<[number, number]> = [
  [0.2, 0.2],
  [0.6, 0.2],
  [0.6, 0.6],
  [0.2, 0.6],
];
const camera: Parameters<typeof shapesOf>[0] = {
  zones: [{ name: 'lawn', points: square, color: '#33e6a0' }],
  lines: [{ name: 'gate', from: [0.1, 0.9], to: [0.9, 0.9], sides: ['street', 'yard'], color: '#7aa5ff' }],
  masks: [{ name: 'tree', points: square, classes: ['person', 'car'] }],
};
const shapes = shapesOf(camera);

/** The first shape with changes. */
const lawnWith = (change: Partial<Shape>): Shape[] =>
  shapes.map((shape, i) => (i === 0 ? { ...shape, ...change } : shape));

describe('regionsOf', () => {
  it('gives back what a camera has', () => {
    expect(regionsOf(shapes).regions).toEqual(camera);
  });

  it('leaves out empty sides and classes, trims names and rounds points', () => {
    const [zone, line, mask] = shapes as [Shape, Shape, Shape];
    const edited = [
      { ...zone, name: ' back door ', points: [[1 / 3, 0], ...zone.points.slice(1)] as PlanePoint[] },
      { ...line, sides: ['', ' '] as const },
      { ...mask, classes: ' , ' },
    ];
    const { regions } = regionsOf(edited);
    expect(regions.zones[0]).toMatchObject({ name: 'back door', points: expect.arrayContaining([[0.3333, 0]]) });
    expect(regions.lines[0]).not.toHaveProperty('sides');
    expect(regions.masks[0]).not.toHaveProperty('classes');
  });
});

it('counts the shapes that are new, gone or different', () => {
  expect(countChanges(shapes, shapesOf(camera))).toBe(0);
  const [zone, line] = shapes as [Shape, Shape, Shape];
  expect(countChanges(shapes, [{ ...zone, name: 'field' }, line, { ...line, id: 9 }])).toBe(3);
});

it('proposes names and colours that are free', () => {
  expect(freshName('Area', shapes)).toBe('Area 1');
  expect(freshName('Area', lawnWith({ name: 'area  1' }))).toBe('Area 2');
  expect(freshColour(shapes)).toBe('#ffab40');
});

it('offers a new corner in the middle of each edge of an area', () => {
  const [zone, line] = shapes as [Shape, Shape];
  expect(edgeMiddles(zone)[3]).toEqual([0.2, 0.4]);
  expect(edgeMiddles(line)).toEqual([]);
});

describe('shapeAt', () => {
  const at = (x: number, y: number) => shapeAt(shapes, [x, y], [1000, 500])?.name;
  const inner = {
    ...lawnWith({})[0],
    id: 7,
    name: 'bed',
    points: square.map(([x, y]) => [x / 2 + 0.2, y / 2 + 0.2]),
  } as Shape;

  it('finds a line close by, an outline, and the area around a position', () => {
    expect(at(0.5, 0.91)).toBe('gate');
    expect(at(0.5, 0.95)).toBeUndefined();
    expect(at(0.21, 0.3)).toBe('tree');
    expect(at(0.9, 0.2)).toBeUndefined();
  });

  it('prefers the smaller of two areas', () => {
    expect(shapeAt([inner, ...shapes.slice(0, 1)], [0.4, 0.4], [1000, 1000])?.name).toBe('bed');
    expect(shapeAt([...shapes.slice(0, 1), inner], [0.25, 0.25], [1000, 1000])?.name).toBe('lawn');
  });
});

describe('problemsOf', () => {
  it.each<[string, Partial<Shape>, string, RegExp]>([
    ['an empty name', { name: ' ' }, 'name', /Give it a name/],
    ['a name that is too long', { name: 'x'.repeat(61) }, 'name', /60 characters/],
    [
      'an outline that crosses itself',
      {
        points: [
          [0, 0],
          [1, 1],
          [1, 0],
          [0, 1],
        ],
      },
      'points',
      /crosses itself/,
    ],
    [
      'corners on one line',
      {
        points: [
          [0, 0],
          [0.5, 0.5],
          [1, 1],
        ],
      },
      'points',
      /too thin/,
    ],
  ])('names %s', (_name, change, field, message) => {
    expect(problemsOf(lawnWith(change))).toEqual([
      { shape: expect.objectContaining({ id: 0 }), field, message: expect.stringMatching(message) },
    ]);
  });

  it('names both of a pair only once, and none where kinds differ', () => {
    const [zone] = shapes as [Shape];
    expect(problemsOf([...shapes, { ...zone, id: 8, name: 'LAWN' }]).map(({ message }) => message)).toEqual([
      '“lawn” has this name already.',
    ]);
    expect(problemsOf(lawnWith({ name: 'gate' }))).toEqual([]);
  });

  it('wants names for both sides of a line or for none, and two ends', () => {
    const line = (change: Partial<Shape>) => problemsOf([{ ...(shapes[1] as Shape), ...change }])[0]?.message;
    expect(line({ sides: ['street', ''] })).toBe('Name both sides, or none.');
    expect(line({ sides: ['Yard', 'yard'] })).toBe('Both sides have the same name.');
    expect(line({ points: [square[0] as PlanePoint, square[0] as PlanePoint] })).toContain('too short');
    expect(line({})).toBeUndefined();
  });
});
