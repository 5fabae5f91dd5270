import { LookoutError } from '@lookout/protocol';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import type { Entrance, Gate } from '../../platform/auth/gate.js';
import { gateRequestOf } from '../../platform/auth/gate-request.js';
import type { Permission, Principal } from '../../platform/auth/principal.js';
import { isPageRequest } from './pages.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the caller must be allowed. The server does not start with a route that does not say. */
    permission?: Permission;
    /** Where the request names its camera. */
    camera?: CameraField;
    /** Pages of any site may show what a camera's link opens here. */
    embeddable?: boolean;
    /** The API key also comes as the password of HTTP Basic authentication: some clients of cameras know nothing else. */
    basic?: boolean;
    /** The page may be shown in a frame: by whose pages, its own policy says. */
    framable?: boolean;
    /**
     * The key may be a field of the form in the body. The handler reads the form, and calls `signedInBy` before anything else: what it
     * costs until then is what `limitUploads` lets an address take.
     */
    keyInForm?: boolean;
  }
  interface FastifyInstance {
    /** What each route asks of its callers. */
    permissions: readonly RoutePermission[];
  }
  interface FastifyRequest {
    /** Who asks; null on public routes. */
    principal: Principal | null;
    /** On routes with `config.camera`: the id behind what was given, which need not exist. */
    cameraId: string | undefined;
    /** Sets `principal` on routes with `config.keyInForm`. @param key as the form has it @throws LookoutError, see `Gate.enter` */
    signedInBy(key: string | undefined): void;
  }
}

/** The part of a request that names a camera. */
export interface CameraField {
  readonly in: 'params' | 'query';
  readonly name: string;
  /** Whether a link's token will do, without a sign-in; else it is an id. */
  readonly links: boolean;
}

export interface RoutePermission {
  readonly method: string;
  /** The pattern. */
  readonly path: string;
  readonly permission: Permission;
}

/** Every request passes the gate, those to unknown paths too, before its body is read. */
export function installGate(app: FastifyInstance, gate: Gate): void {
  app.decorateRequest('principal', null);
  app.decorateRequest('cameraId', undefined);
  app.decorateRequest('signedInBy', function (key) {
    if (this.principal !== null) return;
    const entrance = { ...entranceOf(this), keyInBody: false, ...(key !== undefined && { key }) };
    this.principal = gate.enter(gateRequestOf(this.raw), entrance).principal;
  });
  listPermissions(app);
  refuseUnknown(app);
  app.addHook('onRequest', async (request, reply) => {
    const entrance = entranceOf(request);
    const { principal, cameraId } = gate.enter(gateRequestOf(request.raw), entrance);
    request.principal = principal;
    request.cameraId = cameraId;
    // On the response itself, so that streams have it too.
    const { embeddable } = entrance;
    if (embeddable) reply.raw.setHeader('cross-origin-resource-policy', 'cross-origin');
    if (principal === null) return;
    if (embeddable && principal.kind === 'link') reply.raw.setHeader('access-control-allow-origin', '*');
    // A stream ends with the key, session or link that let it in; an answer that is not begun yet is still given.
    const end = () => reply.raw.headersSent && reply.raw.destroy();
    reply.raw.once('close', principal.hold(end));
  });
}

/** Whatever a handler forgets: nobody gets more than a refusal from a route that asks who they are and was not told. */
function refuseUnknown(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    if (request.principal !== null || reply.statusCode >= 400 || entranceOf(request).permission === 'public') return;
    throw new LookoutError('unauthorized', 'This needs an API key or a sign-in');
  });
}

/** A route without a permission is a mistake that is found when the server starts. */
function listPermissions(app: FastifyInstance): void {
  const permissions: RoutePermission[] = [];
  const routes: RouteOptions[] = [];
  app.decorate('permissions', permissions);
  app.addHook('onRoute', (route) => void routes.push(route));
  app.addHook('onReady', async () => {
    for (const { method, url: path, config } of routes) {
      if (config?.permission === undefined) throw new TypeError(`The route ${method} ${path} says no permission`);
      for (const each of [method].flat()) permissions.push({ method: each, path, permission: config.permission });
    }
  });
}

/** What the route of a request asks of its callers. */
function entranceOf(request: FastifyRequest): Entrance {
  const {
    permission = 'signed-in',
    camera,
    embeddable = false,
    basic = false,
    framable = false,
    keyInForm,
  } = request.routeOptions.config;
  const isUnknownPage = request.is404 && isPageRequest(request);
  return {
    permission: isUnknownPage ? 'public' : permission,
    embeddable,
    basic,
    framable,
    keyInBody: keyInForm === true && /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? ''),
    ...(camera && { camera: { given: textOf(request[camera.in], camera.name), links: camera.links } }),
  };
}

function textOf(fields: unknown, name: string): string | undefined {
  const value = (fields as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
}
