import { toEpochMs } from '@lookout/media';
import { DetectionsEvent, Guesses, MjpegQuery } from '@lookout/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { EventBus } from '../../pipeline/bus/event-bus.js';
import type { Camera } from '../../pipeline/cameras/camera.js';
import type { CameraManager } from '../../pipeline/cameras/camera-manager.js';
import type { RenderingLimit } from '../../pipeline/live/rendering-limit.js';
import { may, maySee } from '../../platform/auth/principal.js';
import { problems } from '../http/responses.js';
import { type DetectionSources, serveDetections } from './detection-events.js';
import { findCamera } from './find-camera.js';
import { feedRendering, serveMjpeg } from './mjpeg-feed.js';
import { takeSnapshot } from './snapshot.js';

const IdParams = z.strictObject({ id: z.string().min(1).max(256).describe('Id, or a token') });
// Dashboards append keys to the addresses of images and feeds to defeat caches. They are ignored, only here.
const SnapshotQuery = z.object({ annotated: z.enum(['0', '1']).default('0').describe('1: with boxes') });
const DetectionsQuery = z.object({
  camera: z.string().min(1).max(256).optional().describe('Id or token; default: all cameras'),
  guesses: Guesses,
});
/** Sent to a slow reader as an event named `missed`. */
const MissedEvents = z.object({ count: z.int() });
const inQuery = {
  permission: 'watch',
  camera: { in: 'query', name: 'camera', links: true },
  embeddable: true,
  basic: true,
} as const;
const inPath = { ...inQuery, camera: { in: 'params', name: 'id', links: true } } as const;

/** Describes a response other than JSON. @param schema of its parts; default: bytes */
function ofType(type: string, description: string, schema: z.ZodType = z.string()) {
  return { description, content: { [type]: { schema } } };
}

export interface LiveRoutesOptions {
  cameras: CameraManager;
  bus: EventBus;
  renderings: RenderingLimit;
  now: () => number;
}

type App = Parameters<FastifyPluginAsyncZod>[0];

/** The live part of the HTTP API: frames and detections as they arrive. */
export function liveRoutes(options: LiveRoutesOptions): FastifyPluginAsyncZod {
  return async (app) => {
    addFeedRoutes(app, options);
    addSnapshotRoute(app, options.cameras);
    addDetectionsRoute(app, options);
  };
}

function addFeedRoutes(app: App, { cameras, renderings, now }: LiveRoutesOptions): void {
  const feed = (camera: Camera, query: z.infer<typeof MjpegQuery>, request: FastifyRequest, reply: FastifyReply) => {
    const rendering = renderings.open(request.principal, feedRendering(camera.id, query));
    reply.hijack();
    reply.raw.once('close', rendering.close);
    serveMjpeg(reply.raw, camera, query, now);
  };

  app.get(
    '/video_feed',
    {
      config: inQuery,
      schema: {
        tags: ['live'],
        summary: 'A camera as multipart/x-mixed-replace, newest frame only',
        querystring: MjpegQuery,
        response: {
          200: ofType('multipart/x-mixed-replace', 'JPEGs, newest frame only'),
          ...problems(400, 404, 409, 429),
        },
      },
    },
    async (request, reply) => {
      feed(findCamera(cameras, request.cameraId, request.principal), request.query, request, reply);
    },
  );

  app.get(
    '/api/cameras/:id/mjpeg',
    {
      config: inPath,
      schema: {
        tags: ['live'],
        summary: 'The same as /video_feed for one camera',
        params: IdParams,
        querystring: MjpegQuery.omit({ camera: true }),
        response: {
          200: ofType('multipart/x-mixed-replace', 'JPEGs, newest frame only'),
          ...problems(400, 404, 409, 429),
        },
      },
    },
    async (request, reply) => {
      feed(cameras.camera(request.cameraId ?? ''), request.query, request, reply);
    },
  );
}

function addSnapshotRoute(app: App, cameras: CameraManager): void {
  app.get(
    '/api/cameras/:id/snapshot.jpg',
    {
      config: inPath,
      schema: {
        tags: ['live'],
        summary: 'The newest frame as a JPEG',
        params: IdParams,
        querystring: SnapshotQuery,
        response: { 200: ofType('image/jpeg', 'The frame'), ...problems(400, 404, 409, 502, 503, 504) },
      },
    },
    async (request, reply) => {
      const camera = cameras.camera(request.cameraId ?? '');
      const isOwner = request.principal !== null && may(request.principal, 'operate');
      const snapshot = await takeSnapshot(camera, request.query.annotated === '1', isOwner);
      const { jpeg } = snapshot;
      return reply
        .type('image/jpeg')
        .header('Cache-Control', 'no-store')
        .header('X-Timestamp', (toEpochMs(snapshot.timestampMs) / 1000).toFixed(6))
        .header('X-Frame-Number', snapshot.frameNumber)
        .send(Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength));
    },
  );
}

function addDetectionsRoute(app: App, { cameras, bus, now }: LiveRoutesOptions): void {
  app.get(
    '/api/detections/stream',
    {
      config: inQuery,
      schema: {
        tags: ['live'],
        summary: 'Detections of every analysed frame as server-sent events, without images',
        querystring: DetectionsQuery,
        response: {
          200: ofType('text/event-stream', 'An event a frame', z.union([DetectionsEvent, MissedEvents])),
          ...problems(400, 404),
        },
      },
    },
    async (request, reply) => {
      const { cameraId, principal } = request;
      const isVisible = ({ id }: { id: string }) => principal !== null && maySee(principal, id);
      const sources: DetectionSources =
        cameraId === undefined
          ? {
              kind: 'all',
              cameras: cameras.all().filter(isVisible),
              onOpened: (listener) =>
                bus.on('camera', ({ kind, camera }) => {
                  if (kind === 'opened' && isVisible(camera)) listener(cameras.camera(camera.id));
                }),
            }
          : { kind: 'one', camera: cameras.camera(cameraId) };
      reply.hijack();
      serveDetections(reply.raw, sources, request.query, now);
    },
  );
}
