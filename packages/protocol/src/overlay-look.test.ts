import { describe, expect, it } from 'vitest';
import type { Detection } from './detection.js';
import { FAMILY_COLOURS, familyOf, labelledObjects } from './overlay-look.js';

it.each([
  ['person', 'person'],
  ['Truck', 'vehicle'],
  ['bicycle', 'vehicle'],
  ['horse', 'animal'],
  ['mouse', 'thing'],
  ['pothole', 'thing'],
  ['constructor', 'thing'],
] as const)('counts a %s among the family %s', (name, family) => {
  expect(familyOf(name)).toBe(family);
});

it('has the colours of the design', () => {
  expect(Object.values(FAMILY_COLOURS).map((rgb) => rgb.toString(16))).toEqual([
    '4fd2ff',
    '9a7dff',
    'ffd84d',
    'f1f3f4',
  ]);
});

describe('labelledObjects', () => {
  const one = (more: Partial<Detection>): Detection => {
    return { bbox: [0, 0, 10, 10], confidence: 0.9, class_id: 0, class_name: 'person', ...more };
  };

  it('are new ones for two seconds by the time of frames, three at most', () => {
    const fresh = one({ since: 5000 });
    const known = one({ since: 1000 });
    expect(labelledObjects([known, fresh], 6999)).toEqual([fresh]);
    expect(labelledObjects([known, fresh], 7000)).toEqual([]);
    expect(
      labelledObjects(
        Array.from({ length: 5 }, () => fresh),
        5000,
      ),
    ).toHaveLength(3);
  });

  it('are all of a single image, but for guesses', () => {
    expect(labelledObjects([one({}), one({ confirmed: false })], undefined)).toEqual([one({})]);
  });

  it('begin with the one pointed at, also an old one or a guess', () => {
    const fresh = Array.from({ length: 3 }, () => one({ since: 5000 }));
    const guess = one({ confirmed: false });
    expect(labelledObjects([...fresh, guess], 5000, guess)).toEqual([guess, fresh[0], fresh[1]]);
  });
});
