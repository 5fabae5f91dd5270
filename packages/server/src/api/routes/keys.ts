import { ApiKey, CreatedApiKey, NewApiKey } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CameraService } from '../../pipeline/cameras/camera-service.js';
import type { Accounts } from '../../platform/auth/accounts.js';
import { proxyPrefix } from '../http/proxy-prefix.js';
import { problems } from '../http/responses.js';
import { requireCameras } from './camera-limits.js';

const TAGS = ['keys'];
const CONFIG = { permission: 'manage' } as const;
const ById = z.object({ id: z.string().min(1).max(64) });

export interface KeyRoutesOptions {
  accounts: Accounts;
  cameras: Pick<CameraService, 'list'>;
}

/** API keys: list, create, revoke. */
export const keyRoutes: FastifyPluginAsyncZod<KeyRoutesOptions> = async (app, { accounts, cameras }) => {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('Cache-Control', 'no-store');
  });

  app.route({
    method: 'GET',
    url: '/api/keys',
    config: CONFIG,
    schema: { tags: TAGS, summary: 'List API keys, without their secrets', response: { 200: z.array(ApiKey) } },
    handler: async () => accounts.keys.list(),
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
      requireCameras(body.cameras, cameras);
      const made = await accounts.keys.create(body);
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
      await accounts.revokeKey(params.id);
      return reply.code(204).send(null);
    },
  });
};
