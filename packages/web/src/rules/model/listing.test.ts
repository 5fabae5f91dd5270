import type { Camera, Rule, Suppression } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { blindCamera, ignoredFor, snoozedUntil, snoozeEnd, warningIn, withHome } from './listing.js';

const camera = (id: string, zones: string[] = [], state = 'live') =>
  ({ id, name: id, state, zones: zones.map((name) => ({ name, points: [] })), lines: [] }) as unknown as Camera;
const YARD = camera('yard', ['back door']);
const HALL = camera('hall', [], 'unreachable');

const about = (classes: string[], zone?: string, cameras: Rule['cameras'] = 'all') => ({
  rule: {
    cameras,
    severity: 'warning',
    cooldown_s: 60,
    trigger: { behavior: 'appear', subject: { classes }, zone },
  } as Rule,
});

describe('snoozing', () => {
  const NOON = new Date(2026, 4, 6, 12).getTime();

  it('ends after an hour, or tomorrow morning', () => {
    expect(snoozeEnd('hour', NOON)).toBe(new Date(2026, 4, 6, 13).getTime());
    expect(snoozeEnd('tomorrow', NOON)).toBe(new Date(2026, 4, 7, 8).getTime());
  });

  it('is over once its time has come', () => {
    expect(snoozedUntil({ snoozed_until: NOON + 1 }, NOON)).toBe(NOON + 1);
    expect(snoozedUntil({ snoozed_until: NOON }, NOON)).toBeUndefined();
    expect(snoozedUntil({ snoozed_until: null }, NOON)).toBeUndefined();
  });
});

describe('home and away', () => {
  it('counts the rules that are on and for that mode', () => {
    const rules = [
      { enabled: true, modes: ['home', 'away'] },
      { enabled: true, modes: ['away'] },
      { enabled: false, modes: ['home'] },
    ] as Parameters<typeof warningIn>[1];
    expect([warningIn('home', rules), warningIn('away', rules)]).toEqual([1, 2]);
  });

  it('leaves a rule with a mode in which it warns', () => {
    expect(withHome(['away'], true)).toEqual(['home', 'away']);
    expect(withHome(['home', 'away'], false)).toEqual(['away']);
    expect(withHome(['home'], false)).toEqual(['away']);
  });
});

describe('what is ignored', () => {
  const spot = (id: string, on: string, class_name: string) => ({ id, camera: on, class_name }) as Suppression;
  const spots = [spot('a', 'yard', 'person'), spot('b', 'yard', 'dog'), spot('c', 'hall', 'person')];
  const idsFor = (rule: ReturnType<typeof about>) => ignoredFor(rule, spots, [YARD, HALL]).map(({ id }) => id);

  it('belongs to the rules about that kind of object on that camera', () => {
    expect(idsFor(about(['person']))).toEqual(['a', 'c']);
    expect(idsFor(about(['person'], 'back door'))).toEqual(['a']);
    expect(idsFor(about(['*'], undefined, ['yard']))).toEqual(['a', 'b']);
    expect(idsFor(about(['car']))).toEqual([]);
  });
});

it('a rule for one camera without a picture is blind', () => {
  expect(blindCamera(about(['person'], undefined, ['hall']), [YARD, HALL])).toBe(HALL);
  expect(blindCamera(about(['person'], 'back door'), [YARD, HALL])).toBeUndefined();
  expect(blindCamera(about(['person']), [YARD, HALL])).toBeUndefined();
});
