import type { Camera, Interpretation, Rule } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { ownAreas } from './chosen-camera.js';

const camera = (id: string, ...areas: string[]) =>
  ({ id, zones: areas.map((name) => ({ name })), lines: [] }) as unknown as Camera;
const CAMERAS = [camera('yard', 'path'), camera('door', 'path', 'step'), camera('hall')];

const rule = (zone?: string): Rule => ({
  cameras: 'all',
  severity: 'warning',
  cooldown_s: 60,
  trigger: { behavior: 'stay', subject: { classes: ['person'] }, seconds: 5, ...(zone !== undefined && { zone }) },
});
const read = (rules: Rule[], spans: Extract<Interpretation, { status: 'ok' }>['spans'] = []) =>
  ({ status: 'ok', rules, summary: '', assumptions: [], spans }) satisfies Interpretation;
const camerasOf = (interpretation: Interpretation, id?: string) => {
  const own = ownAreas(interpretation, id, CAMERAS);
  return own.status === 'ok' ? own.rules.map(({ cameras }) => cameras) : [];
};

it('means an area of the camera that the page was opened from, where others have one of that name', () => {
  expect(camerasOf(read([rule('path'), rule('step')]), 'door')).toEqual([['door'], 'all']);
  expect(camerasOf(read([rule('path')]), 'yard')).toEqual([['yard']]);
});

it('means those of all cameras elsewhere, on a camera without such an area, and where the sentence says so', () => {
  expect(camerasOf(read([rule('path')]))).toEqual(['all']);
  expect(camerasOf(read([rule('path')]), 'hall')).toEqual(['all']);
  expect(camerasOf(read([rule()]), 'yard')).toEqual(['all']);
  const said = [{ start: 0, end: 11, key: 'cameras' as const, rule: 1 }];
  expect(camerasOf(read([rule('path'), rule('path')], said), 'yard')).toEqual([['yard'], 'all']);
});
