import type { Camera } from '@lookout/protocol';
import { isAway } from './camera-away.js';

/** How many cameras there are of each kind of state; the kinds add up to `configured`. */
export interface CameraCounts {
  configured: number;
  live: number;
  connecting: number;
  /** Stalled, unreachable, refused or unsupported. */
  inTrouble: number;
  /** Cameras to publish to, that nobody publishes to at present. */
  waiting: number;
  switchedOff: number;
  /** Frames a second of all that are live. */
  fps: number;
}

const TROUBLE = new Set<Camera['state']>(['stalled', 'unreachable', 'refused', 'unsupported']);

export function countCameras(cameras: ReadonlyArray<Pick<Camera, 'kind' | 'enabled' | 'state' | 'fps'>>): CameraCounts {
  const live = cameras.filter(({ state }) => state === 'live');
  const waiting = cameras.filter(isAway).length;
  return {
    configured: cameras.length,
    live: live.length,
    connecting: cameras.filter(({ state }) => state === 'connecting').length,
    inTrouble: cameras.filter(({ state }) => TROUBLE.has(state)).length,
    waiting,
    switchedOff: cameras.filter(({ state }) => state === 'off').length - waiting,
    fps: live.reduce((sum, { fps = 0 }) => sum + fps, 0),
  };
}
