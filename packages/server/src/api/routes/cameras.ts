import {
  Camera,
  CameraDetailStats,
  CameraLinkInfo,
  CameraPatch,
  CameraStats,
  CameraTokens,
  LookoutError,
  NewCamera,
  ProbeRequest,
  ProbeResult,
} from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CameraService } from '../../pipeline/cameras/camera-service.js';
import { may, maySee, type Principal } from '../../platform/auth/principal.js';
import { proxyPrefix } from '../http/proxy-prefix.js';
import { problems } from '../http/responses.js';
import { shownTo } from './shown-camera.js';

const ById = z.object({ id: z.string().min(1).max(256) });
const Force = z.strictObject({
  force: z.stringbool().default(false).describe('true: also rename or remove zones and lines that rules refer to'),
});
const ByToken = z.object({ token: z.string().min(1).max(256).describe('Id, or a token') });
const TAGS = ['cameras'];
const byId = { in: 'params', name: 'id', links: false } as const;
const byToken = { in: 'params', name: 'token', links: true } as const;
/** Fields of a camera that may be changed without permission to manage it: none that concern its address. */
const OPERATED = new Set(['name', 'enabled', 'loop', 'detect', 'zones', 'lines', 'masks']);

interface CameraRoutesOptions {
  cameras: CameraService;
}

type App = Parameters<FastifyPluginAsyncZod<CameraRoutesOptions>>[0];

/** Cameras: list, add, change, remove, probe, statistics. */
export const cameraRoutes: FastifyPluginAsyncZod<CameraRoutesOptions> = async (app, { cameras }) => {
  // Most of these responses contain links.
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('Cache-Control', 'no-store');
  });
  addRoutesOfAll(app, cameras);
  addRoutesOfOne(app, cameras);
  addRoutesOfLinks(app, cameras);
};

/** Routes for all cameras, adding one, and probing an address. */
function addRoutesOfAll(app: App, cameras: CameraService): void {
  app.route({
    method: 'GET',
    url: '/api/cameras',
    config: { permission: 'watch' },
    schema: { tags: TAGS, summary: 'List cameras', response: { 200: z.array(Camera) } },
    handler: async ({ principal }) =>
      cameras
        .list()
        .filter(({ id }) => principal !== null && maySee(principal, id))
        .map((camera) => withLinks(principal, camera, cameras)),
  });

  app.route({
    method: 'POST',
    url: '/api/cameras',
    config: { permission: 'manage' },
    schema: {
      tags: TAGS,
      summary: 'Add a camera; it is opened at once',
      body: NewCamera,
      response: { 201: Camera, ...problems(400, 409, 413, 415) },
    },
    handler: async (request, reply) => {
      const camera = withLinks(request.principal, await cameras.create(request.body), cameras);
      return reply
        .code(201)
        .header('Location', `${proxyPrefix(request.headers)}/api/cameras/${camera.id}`)
        .send(camera);
    },
  });

  app.route({
    method: 'POST',
    url: '/api/cameras/probe',
    config: { permission: 'manage' },
    schema: {
      tags: TAGS,
      summary: 'Test a URL for at most 5 s: what is there, or why nothing was found and what to try',
      body: ProbeRequest,
      response: { 200: ProbeResult, ...problems(400, 413, 415) },
    },
    handler: async (request) => cameras.probe(request.body),
  });
}

/** Routes for one camera by id. */
function addRoutesOfOne(app: App, cameras: CameraService): void {
  app.route({
    method: 'GET',
    url: '/api/cameras/:id',
    config: { permission: 'watch', camera: byId },
    schema: { tags: TAGS, summary: 'One camera', params: ById, response: { 200: Camera, ...problems(404) } },
    handler: async ({ params, principal }) => withLinks(principal, cameras.get(params.id), cameras),
  });

  app.route({
    method: 'PATCH',
    url: '/api/cameras/:id',
    config: { permission: 'operate', camera: byId },
    schema: {
      tags: TAGS,
      summary: 'Change a camera; takes effect at once',
      params: ById,
      querystring: Force,
      body: CameraPatch,
      response: { 200: Camera, ...problems(400, 403, 404, 409, 413, 415) },
    },
    handler: async ({ params, query, body, principal }) => {
      const field = Object.keys(body).find((key) => !OPERATED.has(key));
      if (field !== undefined && !(principal && may(principal, 'manage'))) {
        throw new LookoutError('forbidden', `This API key may not change the ${field} of a camera`, {
          hint: 'Use a key of scope admin.',
        });
      }
      return withLinks(principal, await cameras.update(params.id, body, query.force), cameras);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/api/cameras/:id',
    config: { permission: 'manage', camera: byId },
    schema: {
      tags: TAGS,
      summary: 'Delete a camera',
      params: ById,
      response: { 204: z.null().describe('Removed'), ...problems(403, 404) },
    },
    handler: async (request, reply) => {
      await cameras.remove(request.params.id);
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: 'POST',
    url: '/api/cameras/:id/tokens',
    config: { permission: 'manage', camera: byId },
    schema: {
      tags: TAGS,
      summary:
        'Make new links for a camera; the old ones stop working at once, and everyone who used them is disconnected',
      params: ById,
      response: { 200: CameraTokens, ...problems(403, 404) },
    },
    handler: async (request) => cameras.renewTokens(request.params.id),
  });

  app.route({
    method: 'GET',
    url: '/api/cameras/:id/stats',
    config: { permission: 'watch', camera: byId, atOwner: true },
    schema: {
      tags: TAGS,
      summary: 'Statistics of a camera: frames, rates, latencies, states',
      params: ById,
      response: { 200: CameraDetailStats, ...problems(404) },
    },
    handler: async ({ params, principal }) => {
      const stats = cameras.stats(params.id);
      if (principal && may(principal, 'operate')) return stats;
      const { main } = stats;
      return { ...stats, ...withoutReasons(stats), ...(main && { main: { ...main, ...withoutReasons(main) } }) };
    },
  });
}

/** Routes for one camera by link or id. */
function addRoutesOfLinks(app: App, cameras: CameraService): void {
  app.route({
    method: 'GET',
    url: '/api/camera/:token',
    config: { permission: 'watch', camera: byToken },
    schema: {
      tags: TAGS,
      summary: 'What a camera’s link leads to, and what it allows',
      params: ByToken,
      response: { 200: CameraLinkInfo, ...problems(401, 404, 429) },
    },
    handler: async (request) => {
      const link = cameras.link(request.cameraId ?? '');
      const publishes = link.kind === 'push' && request.principal !== null && may(request.principal, 'publish');
      const uses: CameraLinkInfo['may'] = publishes ? ['watch', 'publish'] : ['watch'];
      return { ...link, may: uses };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/camera/:token/stats',
    config: { permission: 'watch', camera: byToken, atOwner: true },
    schema: {
      tags: TAGS,
      summary: 'Short statistics of a camera by its id or token',
      params: ByToken,
      response: { 200: CameraStats, ...problems(401, 404, 429) },
    },
    // The schema keeps only the fields of the short form.
    handler: async (request) => CameraStats.parse(cameras.stats(request.cameraId ?? '')),
  });
}

/** A camera as its caller may see it, with links for those who may manage it. */
function withLinks(principal: Principal | null, camera: Camera, cameras: CameraService): Camera {
  const shown = shownTo(principal, camera);
  return principal && may(principal, 'manage') ? { ...shown, ...cameras.tokens(camera.id) } : shown;
}

/** The reasons may reveal the camera's address. */
function withoutReasons({ state_history }: Pick<CameraDetailStats, 'state_history'>) {
  return { state_history: state_history.map((each) => ({ ...each, reason: each.state })) };
}
