import { LookoutError, NewUser, PasswordChange, User, UserChange } from '@lookout/protocol';
import type { FastifyPluginAsync } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CameraService } from '../../pipeline/cameras/camera-service.js';
import type { Accounts } from '../../platform/auth/accounts.js';
import { gateRequestOf } from '../../platform/auth/gate-request.js';
import type { StoredUser } from '../../platform/storage/index.js';
import { proxyPrefix } from '../http/proxy-prefix.js';
import { problems } from '../http/responses.js';
import { requireCameras } from './camera-limits.js';

const TAGS = ['users'];
const CONFIG = { permission: 'manage' } as const;
const ById = z.object({ id: z.string().min(1).max(64) });

export interface UserRoutesOptions {
  readonly accounts: Accounts;
  readonly cameras: Pick<CameraService, 'list'>;
}

/** People with an account: list, create, change, remove; and everyone's own password. */
export function userRoutes({ accounts, cameras }: UserRoutesOptions): FastifyPluginAsync {
  const shown = ({ user, password }: StoredUser): User => {
    const seen = accounts.sessions.list().find(({ userId }) => userId === user.id)?.lastSeenAt;
    return { ...user, has_password: password !== undefined, ...(seen !== undefined && { last_seen_at: seen }) };
  };
  const routes: FastifyPluginAsyncZod = async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('Cache-Control', 'no-store');
    });

    app.route({
      method: 'GET',
      url: '/api/users',
      config: CONFIG,
      schema: { tags: TAGS, summary: 'List users', response: { 200: z.array(User) } },
      handler: async () => accounts.users.list().map(shown),
    });

    app.route({
      method: 'POST',
      url: '/api/users',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'Create a user',
        body: NewUser,
        response: { 201: User, ...problems(400, 409, 413, 415, 503) },
      },
      handler: async (request, reply) => {
        requireCameras(request.body.cameras, cameras);
        const made = await accounts.users.create(request.body);
        return reply
          .code(201)
          .header('Location', `${proxyPrefix(request.headers)}/api/users/${made.user.id}`)
          .send(shown(made));
      },
    });

    app.route({
      method: 'PATCH',
      url: '/api/users/:id',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'Change a user',
        description:
          'A change of role or cameras ends the user’s sockets and streams at once; disabling and a new password end the sessions. The last admin stays one.',
        params: ById,
        body: UserChange,
        response: { 200: User, ...problems(400, 404, 409, 413, 415, 503) },
      },
      handler: async ({ params, body, principal }) => {
        requireCameras(body.cameras, cameras);
        const own = principal?.kind === 'session' ? principal.sessionId : undefined;
        return shown(await accounts.changeUser(params.id, body, own));
      },
    });

    app.route({
      method: 'DELETE',
      url: '/api/users/:id',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'Remove a user; the sessions, sockets and streams end at once',
        description: 'The last admin can’t be removed.',
        params: ById,
        response: { 204: z.null().describe('Removed'), ...problems(404, 409) },
      },
      handler: async ({ params }, reply) => {
        await accounts.removeUser(params.id);
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'PUT',
      url: '/api/users/me/password',
      config: { permission: 'signed-in' },
      schema: {
        tags: TAGS,
        summary: 'Change one’s own password; ends one’s other sessions',
        body: PasswordChange,
        response: { 204: z.null().describe('Changed'), ...problems(400, 403, 409, 413, 415, 429, 503) },
      },
      handler: async (request, reply) => {
        const { principal, body } = request;
        const user = principal?.kind === 'session' && principal.user && accounts.users.find(principal.user.id);
        if (!user) {
          throw new LookoutError('conflict', 'You are not signed in as a user, so there is no password to change');
        }
        await accounts.changePassword(user, {
          current: body.current,
          next: body.password,
          address: gateRequestOf(request.raw).address,
          ...(principal.sessionId !== undefined && { session: principal.sessionId }),
        });
        return reply.code(204).send(null);
      },
    });
  };
  return routes as FastifyPluginAsync;
}
