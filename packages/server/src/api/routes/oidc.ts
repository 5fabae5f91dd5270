import fastifyCookie from '@fastify/cookie';
import { LookoutError } from '@lookout/protocol';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { gateRequestOf } from '../../platform/auth/gate-request.js';
import { type OidcSignIn, PENDING_LIFETIME_MS } from '../../platform/auth/oidc-sign-in.js';
import { ProviderSignInError } from '../../platform/oidc/identity-provider.js';
import { isPageRequest } from '../http/pages.js';
import { proxyPrefix } from '../http/proxy-prefix.js';
import { addressOf, cookieOptions, setSession } from '../http/session-cookie.js';

/** Of the browser whose person is at the provider. `Lax`: the provider's page sends the browser back here. */
const COOKIE = 'lookout_oidc';

/** Sign-in by an OpenID Connect provider: pages that lead to it, back from it, and out of it. */
export function oidcRoutes(given: OidcSignIn | undefined): FastifyPluginAsync {
  const require = (): OidcSignIn => {
    if (given) return given;
    throw new LookoutError('not_found', 'This server signs nobody in by OpenID Connect', {
      hint: 'Name a provider under auth.oidc in lookout.yaml.',
    });
  };
  const options = (request: FastifyRequest) => {
    const common = cookieOptions(request);
    return { ...common, path: `${common.path}oidc`, sameSite: 'lax' } as const;
  };
  const routes: FastifyPluginAsyncZod = async (app) => {
    await app.register(fastifyCookie);
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('Cache-Control', 'no-store');
    });
    const common = { method: 'GET', config: { permission: 'public' } } as const;

    app.route({
      ...common,
      url: '/oidc/sign-in',
      schema: { hide: true, querystring: z.object({ to: z.string().max(501).optional() }) },
      handler: async (request, reply) => {
        const oidc = require();
        return orShown(request, reply, async () => {
          const { to } = request.query;
          const begun = await oidc.begin(gateRequestOf(request.raw), { address: addressOf(request), to });
          reply.setCookie(COOKIE, begun.cookie, { ...options(request), maxAge: PENDING_LIFETIME_MS / 1000 });
          return begun.url;
        });
      },
    });

    app.route({
      ...common,
      url: '/oidc/callback',
      // A HEAD request would use up the answer.
      exposeHeadRoute: false,
      schema: { hide: true },
      handler: async (request, reply) => {
        const oidc = require();
        reply.clearCookie(COOKIE, options(request));
        return orShown(request, reply, async () => {
          const query = new URL(request.url, 'http://localhost').searchParams;
          const cookie = request.cookies[COOKIE];
          const { session, principal, to } = await oidc.finish(gateRequestOf(request.raw), { query, cookie });
          setSession(request, reply, session);
          request.signedInAs = principal;
          return proxyPrefix(request.headers) + to;
        });
      },
    });

    app.route({
      ...common,
      url: '/oidc/sign-out',
      schema: { hide: true },
      handler: async (request, reply) => {
        const home = `${addressOf(request)}/`;
        return reply.redirect((await require().signOutUrl(home)) ?? home, 303);
      },
    });
  };
  return routes as FastifyPluginAsync;
}

/** Leads the browser on, or to the sign-in page, which shows what has happened. */
async function orShown(request: FastifyRequest, reply: FastifyReply, work: () => Promise<string>) {
  let address: string;
  try {
    address = await work();
  } catch (error) {
    if (!(error instanceof ProviderSignInError) || !isPageRequest(request)) throw error;
    address = `${proxyPrefix(request.headers)}/?sign-in=${error.fault}`;
  }
  return reply.redirect(address, 303);
}
