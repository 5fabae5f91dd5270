import { LookoutError } from '@lookout/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CameraManager } from '../../pipeline/cameras/camera-manager.js';
import type { PeerRole, PeerSession, PeerSessions } from '../../pipeline/webrtc/peer-sessions.js';
import type { PeerViewers } from '../../pipeline/webrtc/peer-viewers.js';
import { plainAddress } from '../../platform/auth/addresses.js';
import { may } from '../../platform/auth/principal.js';
import { pathOf } from '../http/error-handling.js';
import { proxyPrefix } from '../http/proxy-prefix.js';
import { problems } from '../http/responses.js';

export interface WebRtcRoutesOptions {
  readonly cameras: CameraManager;
  readonly sessions: PeerSessions;
  readonly viewers: PeerViewers;
}

type App = Parameters<FastifyPluginAsyncZod>[0];

const SDP = 'application/sdp';
const SDP_FRAGMENT = 'application/trickle-ice-sdpfrag';
/** Offers of browsers have some 8 KiB. */
const BODY_LIMIT_BYTES = 64 * 1024;
const METHODS = 'OPTIONS, POST, PATCH, DELETE';
const HEADERS = { requested: 'Authorization, Content-Type, If-Match', exposed: 'Location, ETag, Accept-Patch' };

const CameraParams = z.strictObject({ camera: z.string().min(1).max(256).describe('Id, or a view token') });
const SessionParams = CameraParams.extend({ session: z.string().min(1).max(64).describe('From `Location`') });
const Sdp = z.string().describe('A session description (SDP)');

/** Any description, checked where it is read. */
function sdpBody(type: string) {
  return { description: 'A session description', content: { [type]: { schema: Sdp } } };
}

/** WebRTC: watching by WHEP. */
export function webRtcRoutes(options: WebRtcRoutesOptions): FastifyPluginAsyncZod {
  return async (app) => {
    app.removeAllContentTypeParsers();
    for (const type of [SDP, SDP_FRAGMENT]) {
      app.addContentTypeParser(type, { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES }, (_request, body, done) =>
        done(null, body),
      );
    }
    addWhepRoute(app, options);
    addSessionRoutes(app, options.sessions, { role: 'viewer', path: '/whep', permission: 'watch' });
  };
}

function addWhepRoute(app: App, { cameras, viewers }: WebRtcRoutesOptions): void {
  const config = entrance('watch');
  app.post(
    '/whep/:camera',
    {
      config,
      schema: {
        tags: ['webrtc'],
        summary: 'Watch a camera by WebRTC (WHEP): its own H.264, not encoded again',
        description: 'The offer receives video. `Location` of the answer is the session, to be deleted at the end.',
        consumes: [SDP],
        params: CameraParams,
        body: Sdp,
        response: { 201: sdpBody(SDP), ...problems(400, 404, 409, 413, 415, 502, 503, 504) },
      },
    },
    async (request, reply) => {
      const { principal } = request;
      const session = await viewers.watch({
        camera: cameras.camera(request.cameraId ?? ''),
        sdp: bodyOf(request, SDP),
        isOwner: principal !== null && may(principal, 'operate'),
        address: plainAddress(request.ip),
        hold: principal?.hold ?? (() => () => undefined),
      });
      return created(request, reply, session);
    },
  );
}

interface SessionRoutes {
  readonly role: PeerRole;
  readonly path: '/whep';
  readonly permission: 'watch';
}

function addSessionRoutes(app: App, sessions: PeerSessions, { role, path, permission }: SessionRoutes): void {
  const config = entrance(permission);
  const url = `${path}/:camera/:session` as const;
  const find = (request: FastifyRequest<{ Params: z.infer<typeof SessionParams> }>) =>
    sessions.find(role, request.cameraId ?? '', request.params.session);

  app.patch(
    url,
    {
      config,
      schema: {
        tags: ['webrtc'],
        summary: 'Add ICE candidates to a session',
        consumes: [SDP_FRAGMENT],
        params: SessionParams,
        body: Sdp,
        response: { 204: z.null(), ...problems(400, 404, 413, 415) },
      },
    },
    async (request, reply) => {
      allowPages(request, reply);
      find(request).trickle(bodyOf(request, SDP_FRAGMENT));
      return reply.code(204).send(null);
    },
  );

  app.delete(
    url,
    {
      config,
      schema: {
        tags: ['webrtc'],
        summary: 'End a session',
        params: SessionParams,
        response: { 204: z.null(), ...problems(404) },
      },
    },
    async (request, reply) => {
      allowPages(request, reply);
      await find(request).end('deleted');
      return reply.code(204).send(null);
    },
  );

  for (const [each, params] of [
    [`${path}/:camera`, CameraParams],
    [url, SessionParams],
  ] as const) {
    app.options(each, { config, schema: { hide: true, params } }, async (request, reply) => {
      allowPages(request, reply);
      return reply.header('Allow', METHODS).header('Accept-Post', SDP).code(204).send();
    });
  }
}

function entrance(permission: 'watch') {
  return { permission, camera: { in: 'params', name: 'camera', links: true }, embeddable: true } as const;
}

/** The gate has told browsers that pages of any site may read what a link opens; this is what else they ask before they send. */
function allowPages({ principal }: FastifyRequest, reply: FastifyReply): void {
  if (principal?.kind !== 'link') return;
  reply
    .header('Access-Control-Allow-Methods', METHODS)
    .header('Access-Control-Allow-Headers', HEADERS.requested)
    .header('Access-Control-Expose-Headers', HEADERS.exposed);
}

function bodyOf({ headers, body }: FastifyRequest, type: string): string {
  const given = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (given === type && typeof body === 'string') return body;
  throw new LookoutError('unsupported_media_type', `Expected a body of type ${type}, got ${given ?? 'none'}`);
}

function created(request: FastifyRequest, reply: FastifyReply, session: PeerSession): FastifyReply {
  allowPages(request, reply);
  const path = proxyPrefix(request.headers) + pathOf(request);
  return reply
    .code(201)
    .type(SDP)
    .header('Location', `${path}/${session.id}`)
    .header('ETag', `"${session.id}"`)
    .header('Accept-Patch', SDP_FRAGMENT)
    .header('Cache-Control', 'no-store')
    .send(session.answer);
}
