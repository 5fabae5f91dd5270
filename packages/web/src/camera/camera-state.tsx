import type { WatchState } from '@lookout/client';
import type { Camera, CameraLinkInfo, CameraState } from '@lookout/protocol';
import { t } from '../strings/index.js';
import { Badge, type Tone } from '../ui/badge.js';

/** A camera's state as pages show it. */
export type ShownState = CameraState | 'waiting' | 'not_connected';

/** Tones of the chips of states. */
export const STATE_TONES: Record<ShownState, Tone> = {
  live: 'good',
  connecting: 'muted',
  stalled: 'warn',
  unreachable: 'bad',
  refused: 'bad',
  unsupported: 'bad',
  off: 'muted',
  waiting: 'muted',
  not_connected: 'bad',
};

/** A camera's state in one word. */
export function StateBadge({ state, ...rest }: { state: ShownState; reason?: string; announce?: boolean }) {
  return <Badge tone={STATE_TONES[state]} label={t.states[state]} {...rest} />;
}

/** Whether nobody publishes to a push camera now. A link does not say whether its camera is switched off, so its holder waits then too. */
export function isAway(camera: Pick<Camera, 'kind' | 'enabled' | 'state'> | CameraLinkInfo): boolean {
  const enabled = 'enabled' in camera ? camera.enabled : true;
  return camera.kind === 'push' && enabled && camera.state === 'off';
}

/**
 * The one state that a page shows for a camera, so that a badge never contradicts the picture beside it.
 * @param camera as the server last described it
 * @param view state of the picture on this page; absent if there is none
 * @param isServerAway the server did not answer the last request
 */
export function shownState(
  camera: Pick<Camera, 'kind' | 'enabled' | 'state'>,
  view?: WatchState['state'],
  isServerAway = false,
): ShownState {
  if (isServerAway || view === 'reconnecting') return 'not_connected';
  if (isAway(camera)) return 'waiting';
  // The view notices before the server that pictures have stopped.
  if (camera.state === 'live' && view === 'stalled') return 'stalled';
  return camera.state;
}

const TROUBLE = new Set<CameraState>(['stalled', 'unreachable', 'refused', 'unsupported']);

/** Which of a camera's two streams is away while the other goes on, and why; undefined if none is. */
export function awayStream({ state, state_reason, main }: Pick<Camera, 'state' | 'state_reason' | 'main'>) {
  if (main === undefined) return undefined;
  if (state === 'live' && TROUBLE.has(main.state)) return t.cameras.mainAway(main.state_reason);
  if (main.state === 'live' && TROUBLE.has(state)) return t.cameras.subAway(state_reason);
  return undefined;
}

/** How many cameras there are in each state: the counts add up to `configured`. */
export function countCameras(cameras: ReadonlyArray<Pick<Camera, 'kind' | 'enabled' | 'state'>>) {
  const count = (test: (camera: (typeof cameras)[number]) => boolean) => cameras.filter(test).length;
  return {
    configured: cameras.length,
    live: count(({ state }) => state === 'live'),
    connecting: count(({ state }) => state === 'connecting'),
    inTrouble: count(({ state }) => TROUBLE.has(state)),
    waiting: count(isAway),
    switchedOff: count((camera) => camera.state === 'off' && !isAway(camera)),
  };
}
