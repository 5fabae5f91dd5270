import { describe, expect, it } from 'vitest';
import { awayStream, countCameras, shownState } from './camera-state.js';

it('tells cameras that wait for somebody from those that were switched off', () => {
  expect(
    countCameras([
      { kind: 'pull', enabled: true, state: 'live' },
      { kind: 'push', enabled: true, state: 'live' },
      { kind: 'pull', enabled: true, state: 'unreachable' },
      { kind: 'push', enabled: true, state: 'off' },
      { kind: 'push', enabled: false, state: 'off' },
      { kind: 'pull', enabled: false, state: 'off' },
    ]),
  ).toEqual({ configured: 6, live: 2, connecting: 0, inTrouble: 1, waiting: 1, switchedOff: 2 });
});

it('says which of two streams is away while the other goes on', () => {
  const of = (state: 'live' | 'unreachable', main?: 'live' | 'off' | 'refused') =>
    awayStream({
      ...{ state, state_reason: 'no route' },
      main: main && { state: main, state_reason: 'wrong password', state_since: 0 },
    });
  expect(of('live', 'refused')).toMatch(/main stream is away: wrong password/);
  expect(of('unreachable', 'live')).toMatch(/sub stream is away: no route/);
  expect([of('live'), of('unreachable'), of('live', 'live'), of('live', 'off'), of('unreachable', 'refused')]).toEqual(
    Array(5).fill(undefined),
  );
});

const live = { kind: 'pull', enabled: true, state: 'live' } as const;

describe('the state that a page shows of a camera', () => {
  it('is the camera’s own while its picture comes', () => {
    expect(shownState(live, 'live')).toBe('live');
    expect(shownState({ ...live, state: 'refused' }, 'waiting')).toBe('refused');
  });

  it('is never live beside a server that does not answer', () => {
    expect(shownState(live, 'live', true)).toBe('not_connected');
    expect(shownState(live, 'reconnecting')).toBe('not_connected');
  });

  it('is never live over a picture that has stopped', () => {
    expect(shownState(live, 'stalled')).toBe('stalled');
  });

  it('tells a camera that waits for somebody to publish from one that is switched off', () => {
    expect(shownState({ kind: 'push', enabled: true, state: 'off' })).toBe('waiting');
    expect(shownState({ kind: 'push', enabled: false, state: 'off' })).toBe('off');
  });
});
