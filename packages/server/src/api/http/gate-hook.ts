import type { IncomingMessage } from 'node:http';
import { LookoutError } from '@lookout/protocol';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import type { Access, Entrance, Gate } from '../../platform/auth/gate.js';
import { gateRequestOf } from '../../platform/auth/gate-request.js';
import type { Permission, Principal } from '../../platform/auth/principal.js';
import { isPageRequest } from './pages.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Permission required of the caller. The server does not start if a route has none. */
    permission?: Permission;
    /** Where the request names its camera. */
    camera?: CameraField;
    /** Whether pages of any site may embed what a camera's link opens here. */
    embeddable?: boolean;
    /** Whether the API key may be the password of HTTP Basic authentication, which is all some camera clients support. */
    basic?: boolean;
    /** Whether the page may be shown in a frame; its own policy says by which sites. */
    framable?: boolean;
    /** Whether it becomes a WebSocket, which is held for its caller once it is open. */
    socket?: boolean;
    /**
     * Whether the key may be a form field. The handler reads the form and calls `signedInBy` before anything else; until then,
     * the cost of the request is limited by `limitUploads`.
     */
    keyInForm?: boolean;
  }
  interface FastifyInstance {
    /** The permission each route requires. */
    permissions: readonly RoutePermission[];
  }
  interface FastifyRequest {
    /** The caller; null on public routes. */
    principal: Principal | null;
    /** On routes with `config.camera`: the id behind the given id or token, which need not exist. */
    cameraId: string | undefined;
    /** Sets `principal` on routes with `config.keyInForm`. @param key from the form @throws LookoutError, see `Gate.enter` */
    signedInBy(key: string | undefined): Promise<void>;
  }
}

/** The field of a request that names a camera. */
export interface CameraField {
  readonly in: 'params' | 'query';
  readonly name: string;
  /** Whether a link's token is accepted without sign-in; otherwise it must be an id. */
  readonly links: boolean;
}

export interface RoutePermission {
  readonly method: string;
  /** The route's pattern. */
  readonly path: string;
  readonly permission: Permission;
  /** Where it names a camera. */
  readonly camera: CameraField | undefined;
}

/**
 * Passes every request through the gate before its body is read, even for unknown paths.
 * @param passedOn the caller whom another node of the cluster has let through its own gate
 */
export function installGate(
  app: FastifyInstance,
  gate: Gate,
  passedOn: (request: IncomingMessage) => Access | undefined = () => undefined,
): void {
  app.decorateRequest('principal', null);
  app.decorateRequest('cameraId', undefined);
  app.decorateRequest('signedInBy', async function (key) {
    if (this.principal !== null) return;
    const entrance = { ...entranceOf(this), keyInBody: false, ...(key !== undefined && { key }) };
    await gate.learnCaller(gateRequestOf(this.raw), entrance);
    this.principal = (await gate.enter(gateRequestOf(this.raw), entrance)).principal;
  });
  listPermissions(app);
  refuseUnknown(app);
  app.addHook('onRequest', async (request, reply) => {
    const entrance = entranceOf(request);
    const asked = gateRequestOf(request.raw);
    const passed = passedOn(request.raw);
    if (!passed) await gate.learnCaller(asked, entrance);
    const { principal, cameraId } = passed ?? (await gate.enter(asked, entrance));
    request.principal = principal;
    request.cameraId = cameraId;
    // Set on the raw response, so that streams have it too.
    const { embeddable } = entrance;
    if (embeddable) reply.raw.setHeader('cross-origin-resource-policy', 'cross-origin');
    if (principal === null) return;
    if (embeddable && principal.kind === 'link') reply.raw.setHeader('access-control-allow-origin', '*');
    if (request.routeOptions.config.socket) return;
    // A stream ends with the key, session or link that admitted it; a response that has not begun is still sent.
    const end = () => reply.raw.headersSent && reply.raw.destroy();
    reply.raw.once('close', principal.hold(end));
  });
}

/** A safeguard against handlers that forget to sign in: a route that requires a caller sends nothing but errors without one. */
function refuseUnknown(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    if (request.principal !== null || reply.statusCode >= 400 || entranceOf(request).permission === 'public') return;
    throw new LookoutError('unauthorized', 'This request needs an API key or a sign-in');
  });
}

/** A route without a permission is found when the server starts. */
function listPermissions(app: FastifyInstance): void {
  const permissions: RoutePermission[] = [];
  const routes: RouteOptions[] = [];
  app.decorate('permissions', permissions);
  app.addHook('onRoute', (route) => void routes.push(route));
  app.addHook('onReady', async () => {
    for (const { method, url: path, config } of routes) {
      if (config?.permission === undefined) throw new TypeError(`The route ${method} ${path} has no permission`);
      for (const each of [method].flat()) {
        permissions.push({ method: each, path, permission: config.permission, camera: config.camera });
      }
    }
  });
}

/** The requirements of a request's route. */
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
