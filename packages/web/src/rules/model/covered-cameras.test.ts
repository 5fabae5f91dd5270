import type { Camera, Rule, Suppression } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { blindCamera, ignoredFor } from './covered-cameras.js';

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
