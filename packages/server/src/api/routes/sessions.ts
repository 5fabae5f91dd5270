import { LookoutError, SignedInDevice } from '@lookout/protocol';
import type { FastifyPluginAsync } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Accounts } from '../../platform/auth/accounts.js';
import { may, type Principal } from '../../platform/auth/principal.js';
import type { StoredSession } from '../../platform/storage/index.js';
import { problems } from '../http/responses.js';

const TAGS = ['session'];
const CONFIG = { permission: 'signed-in' } as const;

/** The browsers that are signed in: one's own for everyone, all for an admin. */
export function signedInDeviceRoutes(accounts: Accounts): FastifyPluginAsync {
  const visibleTo = (principal: Principal | null): StoredSession[] => {
    if (!principal || principal.kind === 'link') return [];
    const all = accounts.sessions.list();
    if (may(principal, 'manage')) return all;
    return all.filter(({ userId, keyId }) => (principal.user ? userId : keyId) === principal.id);
  };
  const shown = (session: StoredSession, principal: Principal | null): SignedInDevice => {
    const user = session.userId === undefined ? undefined : accounts.users.find(session.userId)?.user;
    const key = session.keyId === undefined ? undefined : accounts.keys.find(session.keyId);
    return {
      id: session.id,
      ...(user && { user: { id: user.id, name: user.name, display_name: user.display_name } }),
      ...(key && { key: { id: key.id, name: key.name } }),
      browser: session.browser,
      system: session.system,
      created_at: session.createdAt,
      last_seen_at: session.lastSeenAt,
      expires_at: session.expiresAt,
      current: principal?.kind === 'session' && principal.sessionId === session.id,
    };
  };
  const routes: FastifyPluginAsyncZod = async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('Cache-Control', 'no-store');
    });

    app.route({
      method: 'GET',
      url: '/api/sessions',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'The browsers that are signed in, used most lately first',
        description: 'One’s own; all of them for an admin.',
        response: { 200: z.array(SignedInDevice) },
      },
      handler: async ({ principal }) => visibleTo(principal).map((session) => shown(session, principal)),
    });

    app.route({
      method: 'DELETE',
      url: '/api/sessions/:id',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'Sign out a browser; its sockets and streams end at once',
        params: z.object({ id: z.string().min(1).max(64) }),
        response: { 204: z.null().describe('Signed out'), ...problems(404) },
      },
      handler: async ({ params, principal }, reply) => {
        if (!visibleTo(principal).some(({ id }) => id === params.id)) {
          throw new LookoutError('not_found', 'There is no such session');
        }
        await accounts.sessions.end([params.id]);
        return reply.code(204).send(null);
      },
    });
  };
  return routes as FastifyPluginAsync;
}
