import { ApiKey, CreatedApiKey, NewApiKey } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CameraService } from '../../pipeline/cameras/camera-service.js';
import type { ApiKeys } from '../../platform/auth/api-keys.js';
import { proxyPrefix } from '../http/proxy-prefix.js';
import { problems } from '../http/responses.js';

const TAGS = ['keys'];
const CONFIG = { permission: 'manage' } as const;
const ById = z.object({ id: z.string().min(1).max(64) });

export interface KeyRoutesOptions {
  keys: ApiKeys;
  cameras: Pick<CameraService, 'list'>;
}

/** API keys: list, create, revoke. */
export const keyRoutes: FastifyPluginAsyncZod<KeyRoutesOptions> = async (app, { keys, cameras }) => {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('Cache-Control', 'no-store');
  });

  app.route({
    method: 'GET',
    url: '/api/keys',
    config: CONFIG,
    schema: { tags: TAGS, summary: 'List API keys, without their secrets', response: { 200: z.array(ApiKey) } },
    handler: async () => keys.list(),
  });

  app.route({
    method: 'POST',
    url: '/api/keys',
    config: CONFIG,
    schema: {
      tags: TAGS,
      summary: 'Create an API key; only this answer contains the key itself',
      body: NewApiKey,
      response: { 201: CreatedApiKey, ...problems(400, 409, 413, 415) },
    },
    handler: async (request, reply) => {
      const { body } = request;
      const known = new Set(cameras.list().map(({ id }) => id));
      const unknown = body.cameras?.findIndex((id) => !known.has(id)) ?? -1;
      if (unknown >= 0) {
        const message = `there is no camera "${body.cameras?.[unknown]}"`;
        throw new z.ZodError([{ code: 'custom', path: ['cameras', unknown], message, input: undefined }]);
      }
      const made = await keys.create(body);
      return reply
        .code(201)
        .header('Location', `${proxyPrefix(request.headers)}/api/keys/${made.id}`)
        .send(made);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/api/keys/:id',
    config: CONFIG,
    schema: {
      tags: TAGS,
      summary: 'Revoke an API key; its sessions, sockets and streams end at once',
      description: 'The last admin key can’t be revoked if nobody could sign in as admin without it.',
      params: ById,
      response: { 204: z.null().describe('Revoked'), ...problems(404, 409) },
    },
    handler: async ({ params }, reply) => {
      await keys.revoke(params.id);
      return reply.code(204).send(null);
    },
  });
};
