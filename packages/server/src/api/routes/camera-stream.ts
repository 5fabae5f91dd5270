import type { ServerResponse } from 'node:http';
import { Camera } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { EventBus } from '../../pipeline/bus/event-bus.js';
import type { CameraService } from '../../pipeline/cameras/camera-service.js';
import { maySee, type Principal } from '../../platform/auth/principal.js';
import { type SseEvent, SseWriter } from '../sse/sse-writer.js';
import { shownTo } from './shown-camera.js';

export interface CameraStreamOptions {
  readonly cameras: Pick<CameraService, 'list'>;
  readonly bus: EventBus;
  /** Monotonic, ms. */
  readonly now: () => number;
}

/** Changes that follow each other faster are sent together: the newest of each camera. */
const MIN_INTERVAL_MS = 100;
/** The place of the list of ids among the waiting cameras; not a valid camera id. */
const LIST = '';

const StreamedCamera = Camera.omit({ publish_token: true, view_token: true });
const CameraRemoved = z.object({ id: z.string() });
const CameraIds = z.array(z.string());

/** `GET /api/cameras/stream`. */
export function cameraStreamRoute(options: CameraStreamOptions): FastifyPluginAsyncZod {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/api/cameras/stream',
      config: { permission: 'watch' },
      schema: {
        tags: ['cameras'],
        summary: 'Cameras and their changes as server-sent events, all on one connection',
        description:
          'First an event `state` for each camera and an event `list` with all their ids; then an event `state` for each change of a camera or a new one, and `removed` with its id. A camera has no links here.',
        response: {
          200: {
            description: 'An event for each change',
            content: { 'text/event-stream': { schema: z.union([StreamedCamera, CameraRemoved, CameraIds]) } },
          },
        },
      },
      handler: async ({ principal }, reply) => {
        reply.hijack();
        serveCameras(reply.raw, principal, options);
      },
    });
  };
}

/** Tells one reader of its cameras. A slow reader gets only the newest of each camera, so at most one waits. */
function serveCameras(
  response: ServerResponse,
  principal: Principal | null,
  { cameras, bus, now }: CameraStreamOptions,
): void {
  const isVisible = (id: string) => principal !== null && maySee(principal, id);
  /** What the reader has not been sent yet. */
  const waiting = new Map<string, () => SseEvent>();
  let timer: NodeJS.Timeout | undefined;

  const flush = () => {
    for (const [id, event] of waiting) {
      if (!writer?.send(event())) return;
      waiting.delete(id);
    }
  };
  const flushSoon = () => {
    if (timer !== undefined) return;
    flush();
    timer = setTimeout(() => {
      timer = undefined;
      flush();
    }, MIN_INTERVAL_MS);
  };
  const state = (camera: Camera) => () => ({
    event: 'state',
    data: JSON.stringify(shownTo(principal, camera)),
  });

  let unsubscribe = () => {};
  const writer = SseWriter.open(response, {
    now,
    preamble: ': connected\n',
    onDrain: flush,
    onClose() {
      clearTimeout(timer);
      unsubscribe();
    },
  });
  if (!writer) return;
  unsubscribe = bus.on('camera', ({ kind, camera }) => {
    const { id } = camera;
    if (!isVisible(id)) return;
    waiting.set(id, kind === 'removed' ? () => ({ event: 'removed', data: JSON.stringify({ id }) }) : state(camera));
    flushSoon();
  });
  const all = cameras.list().filter(({ id }) => isVisible(id));
  for (const camera of all) waiting.set(camera.id, state(camera));
  waiting.set(LIST, () => ({ event: 'list', data: JSON.stringify(all.map(({ id }) => id)) }));
  flushSoon();
}
