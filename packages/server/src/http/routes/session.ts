import fastifyCookie from '@fastify/cookie';
import { Session, SignIn } from '@lookout/protocol';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { SESSION_LIFETIME_MS } from '../../auth/api-keys.js';
import { SESSION_COOKIE } from '../../auth/credentials.js';
import type { Gate } from '../../auth/gate.js';
import { gateRequestOf } from '../../auth/gate-request.js';
import type { SignedIn } from '../../auth/principal.js';
import { proxyPrefix } from '../proxy-prefix.js';
import { problems } from '../responses.js';

const tags = ['session'];

/** Signing in from the page: an API key for a cookie that scripts can't read. */
export const sessionRoutes: FastifyPluginAsyncZod<{ gate: Gate }> = async (app, { gate }) => {
  await app.register(fastifyCookie);

  app.route({
    method: 'GET',
    url: '/api/session',
    config: { permission: 'public' },
    schema: { tags, summary: 'Who the caller is', response: { 200: Session } },
    handler: async (request, reply) => {
      reply.header('Cache-Control', 'no-store');
      const principal = gate.identify(gateRequestOf(request.raw));
      const sign_in_required = gate.needsSignIn(gateRequestOf(request.raw));
      if (!principal) return { signed_in: false, sign_in_required };
      return { sign_in_required, ...describe(principal) };
    },
  });

  app.route({
    method: 'POST',
    url: '/api/session',
    config: { permission: 'public' },
    schema: {
      tags,
      summary: 'Sign in with an API key; sets the session cookie',
      body: SignIn,
      response: { 200: Session, ...problems(400, 401, 429) },
    },
    handler: async (request, reply) => {
      const { session, principal } = gate.signIn(request.body.key, gateRequestOf(request.raw).address);
      reply.setCookie(SESSION_COOKIE, session, {
        ...cookieOptions(request),
        maxAge: SESSION_LIFETIME_MS / 1000,
      });
      return { sign_in_required: true, ...describe(principal) };
    },
  });

  app.route({
    method: 'DELETE',
    url: '/api/session',
    config: { permission: 'public' },
    schema: { tags, summary: 'Sign out', response: { 204: z.null().describe('Signed out') } },
    handler: async (request, reply) => {
      gate.signOut(gateRequestOf(request.raw));
      reply.clearCookie(SESSION_COOKIE, cookieOptions(request));
      return reply.code(204).send(null);
    },
  });
};

function describe({ name, scope, cameras }: SignedIn) {
  return { signed_in: true, name, scope, ...(cameras && { cameras: [...cameras] }) };
}

/** `Secure` where TLS is spoken: by us, or by the proxy before us. */
function cookieOptions({ protocol, headers }: FastifyRequest) {
  const secure = protocol === 'https' || headers['x-forwarded-proto'] === 'https';
  return { path: `${proxyPrefix(headers)}/`, httpOnly: true, sameSite: 'strict', secure } as const;
}
