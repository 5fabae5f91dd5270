import { NewCamera } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { EMPTY_DRAFT, newCameraOf, reachable } from './draft.js';
import { ANY } from './look-for.js';

describe('the camera that was typed', () => {
  it('has user and password in both addresses, and looks for what was chosen', () => {
    const draft = {
      ...EMPTY_DRAFT,
      url: ' rtsp://10.0.0.2/1',
      sub_url: 'rtsp://10.0.0.2/2',
      user: 'me',
      password: '@',
    };
    const camera = newCameraOf({ ...draft, name: ' Yard ', lookFor: ['dog'] }, ['person']);
    expect(camera).toEqual({
      url: 'rtsp://me:%40@10.0.0.2/1',
      sub_url: 'rtsp://me:%40@10.0.0.2/2',
      name: 'Yard',
      detect: { classes: ['dog'] },
    });
    expect(NewCamera.safeParse(camera).success).toBe(true);
  });

  it('looks for the usual things where nothing was chosen, and for everything where there are none', () => {
    const draft = { ...EMPTY_DRAFT, url: 'demo:street' };
    expect(newCameraOf(draft, ['person'])).toEqual({ url: 'demo:street', detect: { classes: ['person'] } });
    expect(newCameraOf(draft, [ANY])).toEqual({ url: 'demo:street' });
  });

  it('plays once only where it has an end', () => {
    const once = (url: string) => newCameraOf({ ...EMPTY_DRAFT, url, loop: false }, [ANY]);
    expect(once('file:///srv/a.mp4')).toEqual({ url: 'file:///srv/a.mp4', loop: false });
    expect(once('rtsp://10.0.0.2/1')).toEqual({ url: 'rtsp://10.0.0.2/1' });
  });
});

it('a step whose beginnings are missing leads to the one that has them', () => {
  const nothing = { device: false, url: false, camera: false };
  const all = { device: true, url: true, camera: true };
  expect(reachable('connect', undefined, nothing)).toBe('find');
  expect(reachable('connect', 'device', nothing)).toBe('find');
  expect(reachable('connect', 'address', nothing)).toBe('connect');
  expect(reachable('watch', 'address', nothing)).toBe('connect');
  expect(reachable('warn', 'address', nothing)).toBe('find');
  for (const step of ['find', 'connect', 'watch', 'warn'] as const) expect(reachable(step, 'device', all)).toBe(step);
});
