import { Camera } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CameraService } from '../../pipeline/cameras/camera-service.js';
import type { Gate } from '../../platform/auth/gate.js';
import { gateRequestOf } from '../../platform/auth/gate-request.js';
import type { Permission } from '../../platform/auth/principal.js';
import { slugify } from '../../platform/config/camera-id.js';
import { problems } from '../http/responses.js';
import { shownTo } from './shown-camera.js';

const TAGS = ['mediamtx'];
const BODY_LIMIT_BYTES = 16 * 1024;

/** What MediaMTX asks about, and the permission it takes here. */
const PERMISSIONS = {
  publish: 'publish',
  read: 'watch',
  playback: 'watch',
  api: 'manage',
  metrics: 'manage',
  pprof: 'manage',
} as const satisfies Record<string, Permission>;
type Action = keyof typeof PERMISSIONS;
const ACTIONS = Object.keys(PERMISSIONS) as [Action, ...Action[]];
/** Actions that are about one path; the others concern all of MediaMTX. */
const OF_A_PATH: ReadonlySet<Action> = new Set(['publish', 'read', 'playback']);

const Path = z.string().max(1024).describe('Of MediaMTX; it belongs to the camera with the id that is made from it');
const Secret = z.string().max(1024);

/** As MediaMTX documents it (`authMethod: http`). Other fields are ignored: newer versions add some. */
const AuthRequest = z.object({
  user: Secret.optional().describe('Ignored'),
  password: Secret.optional().describe('An API key, or a token of the camera'),
  token: Secret.optional().describe('The same, of clients that send a token instead'),
  action: z.enum(ACTIONS),
  path: Path.optional(),
  ip: z.string().max(64).optional().describe('Of the client'),
  protocol: z.string().max(32).optional(),
  id: z.string().max(64).nullish(),
  query: z.string().max(8192).optional(),
});

const ReadyRequest = z.strictObject({
  path: Path.min(1),
  url: Camera.shape.url.unwrap().describe('Where Lookout reads the path'),
});

export interface MediaMtxRoutesOptions {
  readonly gate: Gate;
  readonly cameras: CameraService;
}

type App = Parameters<FastifyPluginAsyncZod>[0];

/** For a MediaMTX server in front: its clients sign in with our keys and tokens, and its streams become cameras. */
export function mediaMtxRoutes(options: MediaMtxRoutesOptions): FastifyPluginAsyncZod {
  return async (app) => {
    addAuthRoute(app, options);
    addReadyRoute(app, options);
  };
}

function addAuthRoute(app: App, { gate }: MediaMtxRoutesOptions): void {
  app.route({
    method: 'POST',
    url: '/api/mediamtx/auth',
    bodyLimit: BODY_LIMIT_BYTES,
    // MediaMTX itself has no key: the body carries that of its client.
    config: { permission: 'public' },
    schema: {
      tags: TAGS,
      summary: 'For `authHTTPAddress` of MediaMTX: whether its client may publish or read a path',
      body: AuthRequest,
      response: { 204: z.null().describe('It may'), ...problems(400, 401, 403, 404, 413, 415, 429) },
    },
    handler: async (request, reply) => {
      const { action, path = '', password, token } = request.body;
      await gate.vouch(
        token || password || undefined,
        { permission: PERMISSIONS[action], cameraId: OF_A_PATH.has(action) ? slugify(path) : undefined },
        gateRequestOf(request.raw).address,
      );
      return reply.code(204).send(null);
    },
  });
}

function addReadyRoute(app: App, { cameras }: MediaMtxRoutesOptions): void {
  app.route({
    method: 'POST',
    url: '/api/mediamtx/ready',
    bodyLimit: BODY_LIMIT_BYTES,
    config: { permission: 'manage' },
    schema: {
      tags: TAGS,
      summary: 'For `runOnReady` of MediaMTX: a path can be read. Its camera is added, or opened at once',
      body: ReadyRequest,
      response: { 200: Camera, 201: Camera, ...problems(400, 409, 413, 415) },
    },
    handler: async ({ body: { path, url }, principal }, reply) => {
      const { camera, added } = await cameras.appeared({ id: slugify(path), name: path.slice(0, 100), url });
      return reply.code(added ? 201 : 200).send(shownTo(principal, camera));
    },
  });
}
