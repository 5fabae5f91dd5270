import { DescribeDeviceRequest, DeviceDescription, DiscoverRequest, DiscoverResult } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { CameraFinder } from '../../pipeline/cameras/camera-finder.js';
import { problems } from '../http/responses.js';

const TAGS = ['cameras'];
const CONFIG = { permission: 'manage' } as const;

/** Finding cameras on the network. */
export function discoveryRoutes(finder: CameraFinder): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('Cache-Control', 'no-store');
    });

    app.route({
      method: 'POST',
      url: '/api/cameras/discover',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'Search the networks of this machine, or one host, for ONVIF devices, for about 3 s',
        description: 'By WS-Discovery. Devices are asked for nothing, and get no user or password.',
        body: DiscoverRequest,
        response: { 200: DiscoverResult, ...problems(400, 413, 415, 429, 502) },
      },
      handler: async (request) => finder.discover(request.body),
    });

    app.route({
      method: 'POST',
      url: '/api/cameras/discover/device',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary:
          'Ask an ONVIF device for its streams and a picture, for at most 20 s; or why it gives none and what to try',
        body: DescribeDeviceRequest,
        response: { 200: DeviceDescription, ...problems(400, 413, 415) },
      },
      handler: async (request) => finder.describe(request.body),
    });
  };
}
