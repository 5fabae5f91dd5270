import { MOVING_REASON } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { reasonOf } from './not-live.js';

it.each([
  ['a phone whose pictures have stopped', 'stalled', { kind: 'push', codec: 'mjpeg' }, 'paused'],
  ['an encoder whose video has stopped', 'stalled', { kind: 'push', codec: 'h264' }, 'silent'],
  ['a publisher that has sent nothing yet', 'stalled', { kind: 'push' }, 'silent'],
  ['a camera of its own address', 'stalled', { kind: 'pull', codec: 'mjpeg' }, 'stalled'],
  ['a publisher that is gone', 'waiting', { kind: 'push', codec: 'mjpeg' }, 'waiting'],
  ['a camera that goes to another machine', 'connecting', { kind: 'pull', state_reason: MOVING_REASON }, 'moving'],
  ['a phone that sends', 'live', { kind: 'push', codec: 'mjpeg' }, undefined],
] as const)('of %s it says what is true', (_name, shown, camera, reason) => {
  expect(reasonOf(shown, { state_reason: '', ...camera })).toBe(reason);
});
