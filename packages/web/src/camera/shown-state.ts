import type { WatchState } from '@lookout/client';
import type { Camera, CameraState } from '@lookout/protocol';
import { isAway } from './camera-away.js';

/** A camera's state as a page shows it. */
export type ShownState = CameraState | 'waiting' | 'not_connected';

/**
 * The one state that a page shows of a camera, so that a badge never says something else than the picture beside it.
 * @param camera as the server last described it
 * @param view how the picture on this page fares; absent where there is none
 * @param isServerAway the server did not answer when last asked
 */
export function shownState(
  camera: Pick<Camera, 'kind' | 'enabled' | 'state'>,
  view?: WatchState['state'],
  isServerAway = false,
): ShownState {
  if (isServerAway || view === 'reconnecting') return 'not_connected';
  if (isAway(camera)) return 'waiting';
  // The view sees a picture stop sooner than the server's own state tells.
  if (camera.state === 'live' && view === 'stalled') return 'stalled';
  return camera.state;
}
