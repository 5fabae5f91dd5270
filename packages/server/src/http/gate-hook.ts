import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CameraUse, Gate, Principal } from '../auth/gate.js';
import { type GateRequest, gateRequestOf } from '../auth/gate-request.js';
import { isPageRequest } from './routes/pages.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered without a sign-in: health, the sign-in itself, and the app's own files, which hold no secret. */
    public?: boolean;
    /** Where the request names its camera: by id for those signed in, or by a token. */
    camera?: CameraField;
    /** Pages of any site may show what a camera's link opens here. */
    embeddable?: boolean;
    /** The API key also comes as the password of HTTP Basic authentication: some clients of cameras know nothing else. */
    basic?: boolean;
    /**
     * The key may be a field of the form in the body. The handler reads the form, and calls `signedInBy` before anything else: what it
     * costs until then is what `limitUploads` lets an address take.
     */
    keyInForm?: boolean;
  }
  interface FastifyRequest {
    /** Who asks; null on public routes. */
    principal: Principal | null;
    /** On routes with `config.camera`: the id behind what was given, which need not exist. */
    cameraId: string | undefined;
    /** Sets `principal` on routes with `config.keyInForm`. @param key as the form has it @throws LookoutError, see `Gate.authorize` */
    signedInBy(key: string | undefined): void;
  }
}

/** The part of a request that names a camera, and what is wanted of it. */
export interface CameraField {
  readonly in: 'params' | 'query';
  readonly name: string;
  readonly use: CameraUse;
}

/** Every request passes the gate, those to unknown paths too, before its body is read. */
export function installGate(app: FastifyInstance, gate: Gate): void {
  app.decorateRequest('principal', null);
  app.decorateRequest('cameraId', undefined);
  app.decorateRequest('signedInBy', function (key) {
    this.principal ??= gate.authorizeKey(askedOf(this), key);
  });
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.public || (request.is404 && isPageRequest(request))) {
      gate.admitAnyone(gateRequestOf(request.raw));
      return;
    }
    const { config } = request.routeOptions;
    const { camera, embeddable = false } = config;
    const asked = askedOf(request);
    if (config.keyInForm && /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '')) {
      request.principal = gate.authorizeBeforeBody(asked) ?? null;
      return;
    }
    if (camera === undefined) {
      request.principal = gate.authorize(asked);
      return;
    }
    const given = (request[camera.in] as Record<string, unknown>)[camera.name];
    const named = typeof given === 'string' ? given : undefined;
    const { principal, cameraId } = gate.authorizeCamera(asked, named, camera.use);
    request.principal = principal;
    request.cameraId = cameraId;
    // On the response itself, so that streams have it too.
    if (embeddable) reply.raw.setHeader('cross-origin-resource-policy', 'cross-origin');
    if (principal.kind !== 'link') return;
    if (embeddable) reply.raw.setHeader('access-control-allow-origin', '*');
    // A feed that was let in by a link ends with it.
    reply.raw.once(
      'close',
      principal.grant.hold(() => reply.raw.destroy()),
    );
  });
}

function askedOf({ raw, routeOptions }: FastifyRequest): GateRequest {
  const { embeddable = false, basic = false } = routeOptions.config;
  return { ...gateRequestOf(raw), embeddable, basic };
}
