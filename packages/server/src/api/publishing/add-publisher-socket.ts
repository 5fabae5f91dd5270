import { LookoutError, PublisherMessage, PublisherServerMessage } from '@lookout/protocol';
import { z } from 'zod';
import type { Camera } from '../../pipeline/cameras/camera.js';
import type { CameraManager } from '../../pipeline/cameras/camera-manager.js';
import type { PushSource, PushSources } from '../../pipeline/publishing/push-source.js';
import type { PublishMetrics } from '../../platform/metrics/publish-metrics.js';
import type { SocketRoutes } from '../sockets/socket-routes.js';
import { MAX_FRAME_BYTES, PUBLISHER_MESSAGES_PER_SECOND, servePublisher } from './publisher-socket.js';

export interface PublisherSocketOptions {
  cameras: CameraManager;
  sources: PushSources;
  /** Analyses per second available to this camera. */
  capacityFor(camera: Camera): number;
  metrics: PublishMetrics;
  now(): number;
}

interface Published {
  camera: Camera;
  source: PushSource;
}

const NoQuery = z.strictObject({});

/** The WebSocket for publishers. */
export function addPublisherSocket(sockets: SocketRoutes, options: PublisherSocketOptions): void {
  const { cameras, sources, capacityFor, metrics, now } = options;
  sockets.route<z.infer<typeof NoQuery>, Published>('/ws/camera/:token', {
    query: NoQuery,
    permission: 'publish',
    camera: { in: 'params', name: 'token', links: true },
    atOwner: true,
    maxPayload: MAX_FRAME_BYTES,
    messagesPerSecond: PUBLISHER_MESSAGES_PER_SECOND,
    summary: 'Publish to a camera: a text message with the frame’s metadata, then the JPEG',
    description: 'An invalid message is answered with an `error`; 20 in a row close the socket with 1008.',
    messages: { client: PublisherMessage, server: PublisherServerMessage },
    before: ({ cameraId }) => find(cameras, sources, cameraId ?? ''),
    handler: (socket, { ready: { camera, source }, principal }) => {
      const stop = servePublisher(socket, source, {
        now,
        demand: () => ({
          picturesFps: camera.hub.picturesFps,
          analysesFps: camera.lane.settings.enabled ? camera.lane.wantedFps : 0,
          capacityFps: capacityFor(camera),
        }),
        onError: (code) => metrics.error(camera.id, code),
        onStampReplaced: () => metrics.stampReplaced(camera.id),
      });
      // The socket is closed elsewhere; frames that it sends until then are ignored.
      const reason = principal.kind === 'link' ? 'its link was revoked' : 'its key or sign-in has ended';
      socket.once(
        'close',
        principal.hold(() => stop(reason)),
      );
    },
  });
}

function find(cameras: CameraManager, sources: PushSources, id: string): Published {
  const camera = cameras.camera(id);
  if (camera.config.kind === 'push') return { camera, source: sources.get(id) };
  throw new LookoutError('conflict', 'This camera is read from its own address and can’t be published to', {
    hint: 'Add a camera of kind push.',
  });
}
