import { LookoutError } from '@lookout/protocol';
import { z } from 'zod';
import type { CameraManager } from '../cameras/camera-manager.js';
import type { UpgradeRouter } from '../http/upgrade.js';
import type { PublishMetrics } from '../metrics/publish-metrics.js';
import { maxFrameBytes, publisherMessagesPerSecond, servePublisher } from './publisher-socket.js';
import type { PushSource } from './push-source.js';
import type { PushSources } from './push-sources.js';

export interface PublisherSocketOptions {
  cameras: CameraManager;
  sources: PushSources;
  metrics: PublishMetrics;
  now(): number;
}

const NoQuery = z.strictObject({});

/** The WebSocket that cameras in browsers publish by. */
export function addPublisherSocket(router: UpgradeRouter, options: PublisherSocketOptions): void {
  const { cameras, sources, metrics, now } = options;
  router.route<z.infer<typeof NoQuery>, PushSource>('/ws/camera/:token', {
    query: NoQuery,
    camera: { in: 'params', name: 'token', use: 'publish' },
    maxPayload: maxFrameBytes,
    messagesPerSecond: publisherMessagesPerSecond,
    summary: 'Publish to a camera: a text message with the frame’s metadata, then the JPEG',
    description: 'What is wrong with a message is answered by an `error`; 20 in a row close the socket with 1008.',
    before: ({ cameraId }) => sourceOf(cameras, sources, cameraId ?? ''),
    handler: (socket, { ready, cameraId }) => {
      const camera = cameraId as string;
      servePublisher(socket, ready, {
        now,
        onError: (code) => metrics.error(camera, code),
        onStampReplaced: () => metrics.stampReplaced(camera),
      });
    },
  });
}

function sourceOf(cameras: CameraManager, sources: PushSources, id: string): PushSource {
  const { config } = cameras.camera(id);
  if (config.kind === 'push') return sources.get(id);
  throw new LookoutError('conflict', 'This camera is read from its own address; nobody can publish to it', {
    hint: 'Add a camera of kind push.',
  });
}
