import { NewShare, Share } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CameraService } from '../../pipeline/cameras/camera-service.js';
import type { CameraShares } from '../../platform/auth/camera-shares.js';
import { proxyPrefix } from '../http/proxy-prefix.js';
import { problems } from '../http/responses.js';

const TAGS = ['cameras'];
const CONFIG = { permission: 'manage', camera: { in: 'params', name: 'id', links: false } } as const;
const ByCamera = z.object({ id: z.string().min(1).max(256) });
const ByShare = ByCamera.extend({ share: z.string().min(1).max(64) });

export interface ShareRoutesOptions {
  cameras: Pick<CameraService, 'get'>;
  shares: CameraShares;
}

/** Links to a camera that end: list, make, end. */
export function shareRoutes({ cameras, shares }: ShareRoutesOptions): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('Cache-Control', 'no-store');
    });

    app.route({
      method: 'GET',
      url: '/api/cameras/:id/shares',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'Links to watch a camera for a time, with who watches by them now',
        params: ByCamera,
        response: { 200: z.array(Share), ...problems(404) },
      },
      handler: async ({ params }) => shares.of(cameras.get(params.id).id),
    });

    app.route({
      method: 'POST',
      url: '/api/cameras/:id/shares',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'Make a link to watch a camera for a time, or until it is ended; it allows nothing else',
        params: ByCamera,
        body: NewShare,
        response: { 201: Share, ...problems(400, 404, 409, 413, 415) },
      },
      handler: async (request, reply) => {
        const { id } = cameras.get(request.params.id);
        const share = await shares.create(id, request.body);
        return reply
          .code(201)
          .header('Location', `${proxyPrefix(request.headers)}/api/cameras/${id}/shares/${share.id}`)
          .send(share);
      },
    });

    app.route({
      method: 'DELETE',
      url: '/api/cameras/:id/shares/:share',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'End a link; everyone who watches by it is disconnected at once',
        params: ByShare,
        response: { 204: z.null().describe('Ended'), ...problems(404) },
      },
      handler: async ({ params }, reply) => {
        await shares.end(cameras.get(params.id).id, params.share);
        return reply.code(204).send(null);
      },
    });
  };
}
