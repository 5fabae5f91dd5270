import { SOCKET_CLOSE } from '@lookout/protocol';
import type { CloseMeaning } from './reconnecting-socket.js';

/** After these the server lets no viewer in by this link again: asking on would only count as guessing at links. */
export const VIEWER_CLOSES: Readonly<Record<number, CloseMeaning>> = {
  [SOCKET_CLOSE.replaced]: { final: true, reason: 'this link is now used elsewhere' },
  [SOCKET_CLOSE.revoked]: { final: true, reason: 'this link was revoked' },
  [SOCKET_CLOSE.camera_off]: { final: true, reason: 'this camera was switched off' },
};
