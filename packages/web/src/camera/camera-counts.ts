import type { Camera } from '@lookout/protocol';
import { isAway } from './camera-away.js';

/** How many cameras there are of each kind of state. */
export interface CameraCounts {
  configured: number;
  live: number;
  /** Cameras to publish to, that nobody publishes to at present. */
  waiting: number;
  switchedOff: number;
  /** Frames a second of all that are live. */
  fps: number;
}

export function countCameras(cameras: ReadonlyArray<Pick<Camera, 'kind' | 'enabled' | 'state' | 'fps'>>): CameraCounts {
  const live = cameras.filter(({ state }) => state === 'live');
  const waiting = cameras.filter(isAway).length;
  return {
    configured: cameras.length,
    live: live.length,
    waiting,
    switchedOff: cameras.filter(({ state }) => state === 'off').length - waiting,
    fps: live.reduce((sum, { fps = 0 }) => sum + fps, 0),
  };
}
