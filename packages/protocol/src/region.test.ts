import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { Line, Lines, MAX_REGIONS, Mask, Masks, Zone, Zones } from './region.js';

const square = [
  [0.1, 0.1],
  [0.5, 0.1],
  [0.5, 0.5],
  [0.1, 0.5],
] as const;
const zone = (name: string) => ({ name, points: square });
const line = { name: 'gate', from: [0.2, 0.9], to: [0.8, 0.9] };

/** The first message and its path, or `ok`. */
function judge(schema: z.ZodType, value: unknown): string {
  const { success, error } = schema.safeParse(value);
  const issue = error?.issues[0];
  return success ? 'ok' : `${issue?.path.join('.')}: ${issue?.message}`;
}

describe('Zone', () => {
  it('accepts a simple polygon, a concave one too, drawn either way round', () => {
    expect(judge(Zone, { name: 'lawn', points: square, color: '#3b82f6' })).toBe('ok');
    expect(judge(Zone, { name: 'lawn', points: [...square].reverse() })).toBe('ok');
    const arrow = [
      [0, 0],
      [1, 0.5],
      [0, 1],
      [0.4, 0.5],
    ];
    expect(judge(Zone, { name: 'lawn', points: arrow })).toBe('ok');
  });

  it('trims its name', () => {
    expect(Zone.parse(zone(' back door ')).name).toBe('back door');
  });

  it.each([
    [
      'a bow tie',
      [
        [0, 0],
        [1, 1],
        [1, 0],
        [0, 1],
      ],
      'points: the outline crosses or touches itself: the edge from corner 1 to 2 meets the edge from corner 3 to 4',
    ],
    [
      'a corner on another edge',
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0.5, 0],
        [0, 1],
      ],
      'points: the outline crosses or touches itself: the edge from corner 1 to 2 meets the edge from corner 3 to 4',
    ],
    [
      'a spike with nothing in it',
      [
        [0, 0],
        [1, 0],
        [0.5, 0],
        [0.5, 1],
      ],
      'points: the outline crosses or touches itself: the edge from corner 1 to 2 meets the edge from corner 2 to 3',
    ],
    [
      'three corners on one line',
      [
        [0, 0],
        [0.5, 0.5],
        [1, 1],
      ],
      'points: the area is empty: its corners lie on one line',
    ],
    [
      'three times the same corner',
      [
        [0.3, 0.3],
        [0.3, 0.3],
        [0.3, 0.3],
      ],
      'points: the area is empty: its corners lie on one line',
    ],
    [
      'two corners',
      [
        [0, 0],
        [1, 1],
      ],
      'points: an area needs at least 3 corners',
    ],
    [
      'a corner outside the picture',
      [
        [0, 0],
        [1.2, 0],
        [1, 1],
      ],
      'points.1.0: the point lies outside the picture: expected 0 to 1',
    ],
  ])('refuses %s', (_, points, message) => {
    expect(judge(Zone, { name: 'lawn', points })).toBe(message);
  });

  it('refuses more than 24 corners, no name, long names, other colours and unknown keys', () => {
    const circle = Array.from({ length: 25 }, (_, index) => {
      const angle = (index / 25) * 2 * Math.PI;
      return [0.5 + 0.4 * Math.cos(angle), 0.5 + 0.4 * Math.sin(angle)];
    });
    expect(judge(Zone, { name: 'lawn', points: circle })).toBe('points: an area has at most 24 corners');
    expect(judge(Zone, { name: 'lawn', points: circle.slice(1) })).toBe('ok');
    expect(judge(Zone, zone('  '))).toContain('name:');
    expect(judge(Zone, zone('x'.repeat(61)))).toContain('name:');
    expect(judge(Zone, { ...zone('lawn'), color: 'green' })).toBe('color: expected a colour like #3b82f6');
    expect(judge(Zone, { ...zone('lawn'), shape: 'round' })).not.toBe('ok');
    expect(judge(Zone, { ...zone('lawn'), points: [[Number.NaN, 0], ...square] })).not.toBe('ok');
  });
});

describe('Line', () => {
  it('accepts two points and names for its sides', () => {
    expect(judge(Line, { ...line, sides: ['street', 'yard'] })).toBe('ok');
  });

  it('refuses a line without length, sides of one name and points outside the picture', () => {
    expect(judge(Line, { ...line, to: line.from })).toBe('to: the line has no length: its ends are the same point');
    expect(judge(Line, { ...line, sides: ['Yard', 'yard '] })).toBe('sides.1: both sides have the same name');
    expect(judge(Line, { ...line, to: [0.8, -0.1] })).toBe('to.1: the point lies outside the picture: expected 0 to 1');
  });
});

describe('the regions of a camera', () => {
  it('refuses zones or lines of one name, whatever the case and spaces', () => {
    expect(judge(Zones, [zone('Back  door'), zone('lawn'), zone('back DOOR')])).toBe(
      '2.name: “back DOOR” is the same name as “Back  door”',
    );
    expect(judge(Lines, [line, { ...line, name: 'GATE' }])).toBe('1.name: “GATE” is the same name as “gate”');
    expect(judge(Zones, [zone('back door'), zone('backdoor')])).toBe('ok');
  });

  it('lets masks share a name, as no rule refers to them', () => {
    expect(judge(Masks, [zone('tree'), { ...zone('tree'), classes: ['person'] }])).toBe('ok');
    expect(judge(Mask, { ...zone('tree'), classes: [] })).not.toBe('ok');
  });

  it('are bounded in number', () => {
    const many = Array.from({ length: MAX_REGIONS + 1 }, (_, index) => zone(`zone ${index}`));
    expect(judge(Zones, many.slice(1))).toBe('ok');
    expect(judge(Zones, many)).not.toBe('ok');
    expect(judge(Masks, many)).not.toBe('ok');
  });
});
