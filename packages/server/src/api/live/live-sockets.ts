import {
  LookoutError,
  MseClientMessage,
  MseQuery,
  MseServerMessage,
  SharedQuery,
  SocketError,
  StreamQuery,
  StreamServerMessage,
  ViewerMessage,
  ViewerServerMessage,
  ViewQuery,
} from '@lookout/protocol';
import type { WebSocket } from 'ws';
import type { Camera } from '../../pipeline/cameras/camera.js';
import type { CameraManager } from '../../pipeline/cameras/camera-manager.js';
import type { HeldRendering, RenderingLimit, WantedRendering } from '../../pipeline/live/rendering-limit.js';
import { may, type Principal } from '../../platform/auth/principal.js';
import type { PlayerMetrics } from '../../platform/metrics/player-metrics.js';
import type { SocketRoutes } from '../sockets/socket-routes.js';
import { findCamera } from './find-camera.js';
import { requireVideo, serveMse } from './mse-socket.js';
import { parseQuality, serveShared, sharedRendering } from './shared-socket.js';
import { serveStream } from './stream-socket.js';
import { serveView, viewRendering } from './view-socket.js';

/**
 * The WebSockets that carry a camera's frames.
 * @param onInvalidMessage a peer sent an invalid message; `route` is the pattern of its path
 */
export function addLiveSockets(
  sockets: SocketRoutes,
  cameras: CameraManager,
  renderings: RenderingLimit,
  metrics: PlayerMetrics,
  now: () => number,
  onInvalidMessage: (route: string) => void,
): void {
  const view = '/ws/view/:token';
  sockets.route<ViewQuery, Camera>(view, {
    query: ViewQuery,
    summary: 'Watch a camera: a text message with the frame’s metadata, then the JPEG, newest frame only',
    messages: { client: ViewerMessage, server: ViewerServerMessage },
    permission: 'watch',
    camera: { in: 'params', name: 'token', links: true },
    before: ({ cameraId }) => cameras.camera(cameraId ?? ''),
    handler: (socket, { query, ready, principal }) => {
      const rendering = openRendering(renderings, socket, principal, viewRendering(ready.id, query));
      if (rendering) serveView(socket, ready, query, rendering, now, () => onInvalidMessage(view));
    },
  });
  sockets.route<StreamQuery, Camera>('/ws/stream/:camera', {
    query: StreamQuery,
    summary: 'A camera as JSON messages with base64 JPEGs: every n-th frame, at the requested rate',
    messages: { server: StreamServerMessage },
    permission: 'watch',
    camera: { in: 'params', name: 'camera', links: true },
    before: ({ cameraId }) => cameras.camera(cameraId ?? ''),
    handler: (socket, { query, ready, principal }) =>
      serveStream(socket, ready, query, { now, isOwner: may(principal, 'operate') }),
  });
  const mse = '/ws/mse/:camera';
  sockets.route<MseQuery, Camera>(mse, {
    query: MseQuery,
    summary: 'A camera’s own H.264 or HEVC as fragmented MP4, for Media Source Extensions',
    description:
      'A text message `init` precedes each initialisation segment; every other binary message is one packet as a media segment. The first ones are the newest group of pictures.',
    messages: { client: MseClientMessage, server: MseServerMessage },
    permission: 'watch',
    camera: { in: 'params', name: 'camera', links: true },
    before: ({ cameraId, query, principal }) => {
      const camera = cameras.camera(cameraId ?? '');
      requireVideo(camera, query, may(principal, 'operate'));
      return camera;
    },
    handler: (socket, { query, ready }) =>
      serveMse(socket, ready, query, { now, metrics, onInvalidMessage: () => onInvalidMessage(mse) }),
  });
  sockets.route<SharedQuery, { camera: Camera; quality: number }>('/websocket/:quality', {
    query: SharedQuery,
    summary:
      'A camera as JPEGs of one quality, 30 to 95, one per message; encoded once for all viewers of that quality',
    messages: { server: SocketError },
    permission: 'watch',
    camera: { in: 'query', name: 'camera', links: true },
    before: ({ params, cameraId, principal }) => ({
      quality: parseQuality(params.quality ?? ''),
      camera: findCamera(cameras, cameraId, principal),
    }),
    handler: (socket, { query: { mode }, ready: { camera, quality }, principal }) => {
      const rendering = openRendering(renderings, socket, principal, sharedRendering(camera.id, { quality, mode }));
      if (rendering) serveShared(socket, camera, { quality, mode }, now);
    },
  });
}

/** A rendering held until the socket closes. A socket over the limit gets an error and is closed with 1013. */
function openRendering(
  renderings: RenderingLimit,
  socket: WebSocket,
  principal: Principal,
  wanted: WantedRendering,
): HeldRendering | undefined {
  try {
    const held = renderings.open(principal, wanted);
    socket.once('close', held.close);
    return held;
  } catch (error) {
    if (!(error instanceof LookoutError)) throw error;
    socket.send(JSON.stringify({ type: 'error', code: error.code, message: error.message }));
    socket.close(1013, error.message);
    return undefined;
  }
}
