import {
  Camera,
  CameraDetailStats,
  CameraLinkInfo,
  CameraPatch,
  CameraStats,
  CameraTokens,
  NewCamera,
  ProbeRequest,
  ProbeResult,
} from '@lookout/protocol';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CameraService } from '../../cameras/camera-service.js';
import { problems } from '../responses.js';

const ById = z.object({ id: z.string().min(1).max(256) });
const ByToken = z.object({ token: z.string().min(1).max(256).describe('Id, or a token') });
const tags = ['cameras'];
const byToken = { camera: { in: 'params', name: 'token', use: 'watch' } } as const;

/** Cameras: list, add, change, remove, try out, measure. */
export const cameraRoutes: FastifyPluginAsyncZod<{ cameras: CameraService }> = async (app, { cameras }) => {
  // Most of these answers hold links.
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('Cache-Control', 'no-store');
  });

  /** The links' secrets are for those who may manage the camera. */
  const withTokens = (camera: Camera, { principal }: FastifyRequest): Camera =>
    principal?.scope === 'admin' ? { ...camera, ...cameras.tokens(camera.id) } : camera;

  app.route({
    method: 'GET',
    url: '/api/cameras',
    schema: { tags, summary: 'All cameras', response: { 200: z.array(Camera) } },
    handler: async (request) => cameras.list().map((camera) => withTokens(camera, request)),
  });

  app.route({
    method: 'POST',
    url: '/api/cameras',
    schema: {
      tags,
      summary: 'Add a camera; it is opened at once',
      body: NewCamera,
      response: { 201: Camera, ...problems(400, 409, 413, 415) },
    },
    handler: async (request, reply) => {
      const camera = withTokens(await cameras.create(request.body), request);
      return reply.code(201).header('Location', `/api/cameras/${camera.id}`).send(camera);
    },
  });

  app.route({
    method: 'POST',
    url: '/api/cameras/probe',
    schema: {
      tags,
      summary: 'Try a URL for at most 5 s: what is there, or why not and what to try',
      body: ProbeRequest,
      response: { 200: ProbeResult, ...problems(400, 413, 415) },
    },
    handler: async (request) => cameras.probe(request.body),
  });

  app.route({
    method: 'GET',
    url: '/api/cameras/:id',
    schema: { tags, summary: 'One camera', params: ById, response: { 200: Camera, ...problems(404) } },
    handler: async (request) => withTokens(cameras.get(request.params.id), request),
  });

  app.route({
    method: 'PATCH',
    url: '/api/cameras/:id',
    schema: {
      tags,
      summary: 'Change a camera; takes effect at once',
      params: ById,
      body: CameraPatch,
      response: { 200: Camera, ...problems(400, 403, 404, 413, 415) },
    },
    handler: async (request) => withTokens(await cameras.update(request.params.id, request.body), request),
  });

  app.route({
    method: 'DELETE',
    url: '/api/cameras/:id',
    schema: {
      tags,
      summary: 'Remove a camera',
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
    schema: {
      tags,
      summary: 'New links for a camera; the old ones end at once, and whoever came in by them is sent away',
      params: ById,
      response: { 200: CameraTokens, ...problems(403, 404) },
    },
    handler: async (request) => cameras.renewTokens(request.params.id),
  });

  app.route({
    method: 'GET',
    url: '/api/cameras/:id/stats',
    schema: {
      tags,
      summary: 'How a camera fares: frames, rates, latencies, states',
      params: ById,
      response: { 200: CameraDetailStats, ...problems(404) },
    },
    handler: async (request) => cameras.stats(request.params.id),
  });

  app.route({
    method: 'GET',
    url: '/api/camera/:token',
    config: byToken,
    schema: {
      tags,
      summary: 'What a camera’s link leads to, and what it may be used for',
      params: ByToken,
      response: { 200: CameraLinkInfo, ...problems(401, 404, 429) },
    },
    handler: async (request) => {
      const link = cameras.link(request.cameraId ?? '');
      const isViewLink = request.principal?.kind === 'link' && request.principal.grant.kind === 'view';
      const may: CameraLinkInfo['may'] = link.kind === 'push' && !isViewLink ? ['watch', 'publish'] : ['watch'];
      return { ...link, may };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/camera/:token/stats',
    config: byToken,
    schema: {
      tags,
      summary: 'Counters of a camera by its id or token',
      params: ByToken,
      response: { 200: CameraStats, ...problems(401, 404, 429) },
    },
    // The schema keeps the short form: what only the detailed one has is left out.
    handler: async (request) => CameraStats.parse(cameras.stats(request.cameraId ?? '')),
  });
};
