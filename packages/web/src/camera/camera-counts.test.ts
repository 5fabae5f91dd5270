import { expect, it } from 'vitest';
import { countCameras } from './camera-counts.js';

it('tells cameras that wait for somebody from those that were switched off', () => {
  expect(
    countCameras([
      { kind: 'pull', enabled: true, state: 'live', fps: 25 },
      { kind: 'push', enabled: true, state: 'live', fps: 15 },
      { kind: 'pull', enabled: true, state: 'unreachable', fps: 9 },
      { kind: 'push', enabled: true, state: 'off' },
      { kind: 'push', enabled: false, state: 'off' },
      { kind: 'pull', enabled: false, state: 'off' },
    ]),
  ).toEqual({ configured: 6, live: 2, connecting: 0, inTrouble: 1, waiting: 1, switchedOff: 2, fps: 40 });
});
