import fastifyCookie from '@fastify/cookie';
import { LookoutError, PasskeyOptions, Session, SignIn, SignInCode } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Accounts } from '../../platform/auth/accounts.js';
import type { Gate } from '../../platform/auth/gate.js';
import { gateRequestOf } from '../../platform/auth/gate-request.js';
import type { OidcSignIn } from '../../platform/auth/oidc-sign-in.js';
import { passkeySiteOf } from '../../platform/auth/passkey-site.js';
import type { Principal, SignedIn } from '../../platform/auth/principal.js';
import { PROXY_ISSUER } from '../../platform/auth/users.js';
import type { CodeSubject } from '../../platform/storage/index.js';
import { isPageRequest } from '../http/pages.js';
import { problems } from '../http/responses.js';
import { clearSession, setSession } from '../http/session-cookie.js';

const TAGS = ['session'];

interface SessionRoutesOptions {
  gate: Gate;
  accounts: Accounts;
  oidc?: OidcSignIn | undefined;
}

type App = Parameters<FastifyPluginAsyncZod<SessionRoutesOptions>>[0];

/** Sign-in from the page: exchanges an API key, a name and password, or a passkey's answer, for a cookie that scripts can't read. */
export const sessionRoutes: FastifyPluginAsyncZod<SessionRoutesOptions> = async (app, { gate, accounts, oidc }) => {
  await app.register(fastifyCookie);
  const common = () => ({
    accounts: accounts.users.hasPasswords(),
    ...(oidc && { provider: oidc.name }),
  });
  const described = (principal: SignedIn) => {
    const issuer = principal.user && accounts.users.find(principal.user.id)?.user.identity?.issuer;
    const isOfProvider = issuer !== undefined && issuer !== PROXY_ISSUER;
    const by_provider = oidc !== undefined && principal.kind === 'session' && isOfProvider;
    return { ...common(), by_provider, ...describe(principal) };
  };

  app.route({
    method: 'GET',
    url: '/api/session',
    config: { permission: 'public' },
    schema: { tags: TAGS, summary: 'Who is signed in', response: { 200: Session } },
    handler: async (request, reply) => {
      reply.header('Cache-Control', 'no-store');
      const sign_in_required = gate.needsSignIn(gateRequestOf(request.raw));
      const nobody = { ...common(), sign_in_required, signed_in: false, by_proxy: false, by_provider: false };
      try {
        const principal = gate.identify(gateRequestOf(request.raw));
        return principal ? { sign_in_required, ...described(principal) } : nobody;
      } catch (error) {
        if (!(error instanceof LookoutError && error.code === 'forbidden')) throw error;
        const { message, hint } = error;
        return { ...nobody, by_proxy: true, refused: { message, ...(hint !== undefined && { hint }) } };
      }
    },
  });

  app.route({
    method: 'POST',
    url: '/api/session',
    config: { permission: 'public' },
    schema: {
      tags: TAGS,
      summary: 'Sign in with an API key, a name and password, or a passkey; sets the session cookie',
      body: SignIn,
      response: { 200: Session, ...problems(400, 401, 409, 413, 429, 503) },
    },
    handler: async (request, reply) => {
      const { session, principal } = await gate.signIn(request.body, gateRequestOf(request.raw));
      setSession(request, reply, session);
      request.signedInAs = principal;
      return { sign_in_required: true, ...described(principal) };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/session/passkey',
    config: { permission: 'public' },
    schema: {
      tags: TAGS,
      summary: 'What a browser needs to sign in with a passkey',
      description:
        'Only where the request names a host, and not an IP address. The browser’s answer goes to `POST /api/session`.',
      response: { 200: PasskeyOptions, ...problems(409) },
    },
    handler: async ({ raw }, reply) => {
      reply.header('Cache-Control', 'no-store');
      return accounts.passkeys.signInOptions(passkeySiteOf(gateRequestOf(raw)));
    },
  });

  app.route({
    method: 'DELETE',
    url: '/api/session',
    config: { permission: 'public' },
    schema: { tags: TAGS, summary: 'Sign out', response: { 204: z.null().describe('Signed out'), ...problems(409) } },
    handler: async (request, reply) => {
      request.signedInAs = gate.identify(gateRequestOf(request.raw)) ?? null;
      if (request.signedInAs?.kind === 'proxy') {
        throw new LookoutError('conflict', 'The proxy has signed you in, so you sign out there');
      }
      await gate.signOut(gateRequestOf(request.raw));
      clearSession(request, reply);
      return reply.code(204).send(null);
    },
  });

  addCodeRoutes(app, { gate, accounts });
};

/** Codes that sign in another device. */
function addCodeRoutes(app: App, { gate, accounts }: SessionRoutesOptions): void {
  app.route({
    method: 'POST',
    url: '/api/sign-in-codes',
    config: { permission: 'signed-in' },
    schema: {
      tags: TAGS,
      summary: 'A code that signs in another device as the caller, valid once and for five minutes',
      response: { 201: SignInCode, ...problems(409) },
    },
    handler: async ({ principal }, reply) => {
      if (principal?.kind === 'proxy') {
        throw new LookoutError('conflict', 'The proxy has signed you in, so another device signs in there too', {
          hint: 'Open Lookout’s address on that device.',
        });
      }
      // The machine's owner has no key for the device to use, so the device gets its own.
      const made = await accounts.keys.createSignInCode(subjectOf(principal));
      return reply
        .code(201)
        .header('Cache-Control', 'no-store')
        .send({ ...made, path: `/join/${made.code}` });
    },
  });

  app.route({
    method: 'GET',
    url: '/join/:code',
    // A HEAD request would use up the code.
    exposeHeadRoute: false,
    config: { permission: 'public' },
    schema: { hide: true, params: z.object({ code: z.string().min(1).max(256) }) },
    handler: async (request, reply) => {
      reply.header('Cache-Control', 'no-store');
      try {
        const { session, principal } = await gate.join(request.params.code, gateRequestOf(request.raw));
        setSession(request, reply, session);
        request.signedInAs = principal;
      } catch (error) {
        if (!isPageRequest(request)) throw error;
        // The sign-in page shows what happened.
        return reply.redirect('/?join=failed', 303);
      }
      return reply.redirect('/', 303);
    },
  });
}

/** Whom a code signs in that this caller makes. */
function subjectOf(principal: Principal | null): CodeSubject {
  if (principal?.kind !== 'key' && principal?.kind !== 'session') return {};
  return principal.user ? { userId: principal.id } : { keyId: principal.id };
}

function describe({ kind, name, user, scope, cameras }: SignedIn) {
  return {
    signed_in: true,
    by_proxy: kind === 'proxy',
    name,
    scope,
    ...(user && { user: { ...user } }),
    ...(cameras && { cameras: [...cameras] }),
  };
}
