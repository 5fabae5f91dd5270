import type { Detection, Line, Mask, Zone } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { checkRemovedNames, maskFilter, type RegionNames } from './camera-regions.js';

const leftHalf: Zone['points'] = [
  [0, 0],
  [0.5, 0],
  [0.5, 1],
  [0, 1],
];

describe('checkRemovedNames', () => {
  const zone = (name: string): Zone => ({ name, points: leftHalf });
  const line = (name: string): Line => ({ name, from: [0, 0], to: [1, 1] });
  const before = { zones: [zone('lawn'), zone('Back  door')], lines: [line('gate')] };

  /** The names that rules were looked for by; undefined: none were. */
  function lookedFor(patch: Parameters<typeof checkRemovedNames>[1]): RegionNames | undefined {
    let asked: RegionNames | undefined;
    checkRemovedNames(before, patch, (names) => {
      asked = names;
      return [];
    });
    return asked;
  }

  it('looks for rules that refer to zones and lines that are gone or have another name', () => {
    const patch = { zones: [zone('lawn'), zone('porch'), zone('gate')], lines: [] };
    expect(lookedFor(patch)).toEqual({ zones: ['Back  door'], lines: ['gate'] });
    expect(lookedFor({ lines: [] })).toEqual({ zones: [], lines: ['gate'] });
  });

  it('keeps a name that is only written differently', () => {
    expect(lookedFor({ zones: [zone('back Door'), zone('lawn'), zone('new')] })).toBeUndefined();
    expect(lookedFor({})).toBeUndefined();
  });

  it('refuses with the ids of the rules', () => {
    const check = () => checkRemovedNames(before, { zones: [] }, () => ['r1', 'r7']);
    expect(check).toThrow('Rules refer to “lawn”, “Back  door”, which this change removes or renames');
    expect(check).toThrow(expect.objectContaining({ code: 'conflict', rules: ['r1', 'r7'] }));
  });
});

describe('maskFilter', () => {
  const at = (x: number, class_name = 'person'): Detection => {
    return { bbox: [x - 10, 100, x + 10, 200], confidence: 0.9, class_id: 0, class_name };
  };
  const frame = { width: 640, height: 480 };
  const ignored = (masks: Mask[], detection: Detection) => maskFilter(masks)?.(detection, frame);

  it('ignores what stands in a mask, at any size of the frame', () => {
    const masks = [{ name: 'tree', points: leftHalf }];
    expect(ignored(masks, at(319))).toBe(true);
    expect(ignored(masks, at(321))).toBe(false);
    expect(maskFilter(masks)?.(at(319), { width: 320, height: 240 })).toBe(false);
  });

  it('ignores only the classes of a mask that names some', () => {
    const masks = [{ name: 'road', points: leftHalf, classes: ['car'] }];
    expect(ignored(masks, at(100))).toBe(false);
    expect(ignored(masks, at(100, 'car'))).toBe(true);
  });

  it('takes the middle of what does not stand on the ground', () => {
    const top: Mask = {
      name: 'sky',
      points: [
        [0, 0],
        [1, 0],
        [1, 0.35],
        [0, 0.35],
      ],
    };
    expect(ignored([top], at(100))).toBe(false);
    expect(ignored([top], at(100, 'bird'))).toBe(true);
  });

  it('costs nothing without masks', () => {
    expect(maskFilter([])).toBeUndefined();
  });
});
