import { LookoutError, NewPasskey, Passkey, PasskeyOptions } from '@lookout/protocol';
import type { FastifyPluginAsync } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Accounts } from '../../platform/auth/accounts.js';
import { gateRequestOf } from '../../platform/auth/gate-request.js';
import { passkeySiteOf } from '../../platform/auth/passkey-site.js';
import type { Principal } from '../../platform/auth/principal.js';
import type { StoredPasskey, StoredUser } from '../../platform/storage/index.js';
import { proxyPrefix } from '../http/proxy-prefix.js';
import { problems } from '../http/responses.js';

const TAGS = ['passkeys'];
const CONFIG = { permission: 'signed-in' } as const;

/** The passkeys of the user who is signed in: list, add, remove. */
export function passkeyRoutes(accounts: Accounts): FastifyPluginAsync {
  const { passkeys } = accounts;
  const userOf = (principal: Principal | null): StoredUser['user'] => {
    const found = principal?.kind === 'session' && principal.user && accounts.users.find(principal.user.id);
    // Whoever is known from outside enters only as long as they are known there.
    if (found && !found.user.identity) return found.user;
    throw new LookoutError(
      'conflict',
      'You are not signed in as a user of this server, so there are no passkeys of yours',
    );
  };
  const routes: FastifyPluginAsyncZod = async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('Cache-Control', 'no-store');
    });

    app.route({
      method: 'GET',
      url: '/api/passkeys',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'One’s own passkeys, oldest first',
        response: { 200: z.array(Passkey), ...problems(409) },
      },
      handler: async ({ principal }) => (await passkeys.list(userOf(principal).id)).map(shown),
    });

    app.route({
      method: 'POST',
      url: '/api/passkeys/options',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'What a browser needs to make a passkey for the caller',
        description: 'Only where the request names a host, and not an IP address: the passkey belongs to that name.',
        response: { 200: PasskeyOptions, ...problems(409) },
      },
      handler: async ({ principal, raw }) => passkeys.addOptions(userOf(principal), passkeySiteOf(gateRequestOf(raw))),
    });

    app.route({
      method: 'POST',
      url: '/api/passkeys',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'Add a passkey that the browser has made',
        body: NewPasskey,
        response: { 201: Passkey, ...problems(400, 409, 413, 415, 429) },
      },
      handler: async (request, reply) => {
        const asked = gateRequestOf(request.raw);
        const user = userOf(request.principal);
        const made = await passkeys.add(user, request.body, passkeySiteOf(asked), asked.address);
        return reply
          .code(201)
          .header('Location', `${proxyPrefix(request.headers)}/api/passkeys/${made.id}`)
          .send(shown(made));
      },
    });

    app.route({
      method: 'DELETE',
      url: '/api/passkeys/:id',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'Remove one of one’s own passkeys',
        params: z.object({ id: z.string().min(1).max(64) }),
        response: { 204: z.null().describe('Removed'), ...problems(404, 409) },
      },
      handler: async (request, reply) => {
        const user = userOf(request.principal);
        const found = (await passkeys.list(user.id)).find(({ id }) => id === request.params.id);
        if (!found) throw new LookoutError('not_found', 'There is no such passkey');
        request.auditTarget = { id: found.id, name: found.name };
        await passkeys.remove(user.id, found.id);
        return reply.code(204).send(null);
      },
    });
  };
  return routes as FastifyPluginAsync;
}

function shown({ id, name, host, createdAt, lastUsedAt }: StoredPasskey): Passkey {
  return { id, name, host, created_at: createdAt, ...(lastUsedAt !== undefined && { last_used_at: lastUsedAt }) };
}
