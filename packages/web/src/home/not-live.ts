import type { Camera } from '@lookout/protocol';
import { MOVING_REASON } from '@lookout/protocol/core';
import type { ShownState } from '../camera/camera-state.js';
import type { t } from '../strings/index.js';

/** Why a camera is not live. */
export type NotLive = keyof typeof t.home.tile.states;

/** What publishers that send pictures one by one send, as in `Camera.codec`. */
const JPEGS = 'mjpeg';

/** Why a camera is not live, by the state that is shown; undefined: it is. */
export function reasonOf(
  shown: ShownState,
  { kind, codec, state_reason }: Pick<Camera, 'kind' | 'codec' | 'state_reason'>,
): NotLive | undefined {
  if (shown === 'live') return undefined;
  if (shown === 'connecting' && state_reason === MOVING_REASON) return 'moving';
  if (shown !== 'stalled' || kind !== 'push') return shown;
  // Who sends no video codec is a page that was paused or put to sleep. Encoders do not pause, and whoever has sent nothing did not either.
  return codec === JPEGS ? 'paused' : 'silent';
}
