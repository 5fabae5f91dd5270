import {
  Camera,
  CameraDetailStats,
  CameraPatch,
  CameraStats,
  NewCamera,
  ProbeRequest,
  ProbeResult,
} from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CameraService } from '../../cameras/camera-service.js';
import { problems } from '../responses.js';

const ById = z.object({ id: z.string().min(1).max(256) });
const tags = ['cameras'];

/** Cameras: list, add, change, remove, try out, measure. */
export const cameraRoutes: FastifyPluginAsyncZod<{ cameras: CameraService }> = async (app, { cameras }) => {
  app.route({
    method: 'GET',
    url: '/api/cameras',
    schema: { tags, summary: 'All cameras', response: { 200: z.array(Camera) } },
    handler: async () => cameras.list(),
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
      const camera = await cameras.create(request.body);
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
    handler: async (request) => cameras.probe(request.body.url),
  });

  app.route({
    method: 'GET',
    url: '/api/cameras/:id',
    schema: { tags, summary: 'One camera', params: ById, response: { 200: Camera, ...problems(404) } },
    handler: async (request) => cameras.get(request.params.id),
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
    handler: async (request) => cameras.update(request.params.id, request.body),
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
    url: '/api/camera/:token/stats',
    schema: {
      tags,
      summary: 'Counters of a camera by its id or token',
      params: z.object({ token: z.string().min(1).max(256) }),
      response: { 200: CameraStats, ...problems(404) },
    },
    // The schema keeps the short form: what only the detailed one has is left out.
    handler: async (request) => CameraStats.parse(cameras.stats(request.params.token)),
  });
};
