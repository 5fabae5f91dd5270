import { LookoutError } from '@lookout/protocol';
import type { FastifyContextConfig, FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CameraManager } from '../../pipeline/cameras/camera-manager.js';
import type { PeerPublishers } from '../../pipeline/webrtc/peer-publishers.js';
import {
  nodeOfPeerSession,
  noSession,
  type PeerRole,
  type PeerSession,
  type PeerSessions,
} from '../../pipeline/webrtc/peer-sessions.js';
import type { PeerViewers } from '../../pipeline/webrtc/peer-viewers.js';
import { plainAddress } from '../../platform/auth/addresses.js';
import { may } from '../../platform/auth/principal.js';
import type { NodeRelay } from '../cluster/owner-relay.js';
import { pathOf } from '../http/error-handling.js';
import { proxyPrefix } from '../http/proxy-prefix.js';
import { problems } from '../http/responses.js';

export interface WebRtcRoutesOptions {
  readonly cameras: CameraManager;
  readonly sessions: PeerSessions;
  readonly viewers: PeerViewers;
  readonly publishers: PeerPublishers;
  /** In a cluster: passes requests on to the node that has their session. */
  readonly relay?: Pick<NodeRelay, 'passOn'> | undefined;
}

type App = Parameters<FastifyPluginAsyncZod>[0];

const SDP = 'application/sdp';
const SDP_FRAGMENT = 'application/trickle-ice-sdpfrag';
/** Offers of browsers have some 8 KiB. */
const BODY_LIMIT_BYTES = 64 * 1024;
const METHODS = 'OPTIONS, POST, PATCH, DELETE';
const HEADERS = { requested: 'Authorization, Content-Type, If-Match', exposed: 'Location, ETag, Accept-Patch' };

const WATCH: FastifyContextConfig = {
  permission: 'watch',
  camera: { in: 'params', name: 'camera', links: true },
  embeddable: true,
};
const PUBLISH: FastifyContextConfig = {
  permission: 'publish',
  camera: { in: 'params', name: 'token', links: true },
  embeddable: true,
};

const WatchedParams = z.strictObject({ camera: z.string().min(1).max(256).describe('Id, or a view token') });
const PublishedParams = z.strictObject({ token: z.string().min(1).max(256).describe('Publish token, or an id') });
const SESSION = { session: z.string().min(1).max(128).describe('From `Location`') };
const Sdp = z.string().describe('A session description (SDP)');

/** Any description, checked where it is read. */
function sdpBody(type: string) {
  return { description: 'A session description', content: { [type]: { schema: Sdp } } };
}

/** WebRTC: watching by WHEP, publishing by WHIP. */
export function webRtcRoutes(options: WebRtcRoutesOptions): FastifyPluginAsyncZod {
  return async (app) => {
    app.removeAllContentTypeParsers();
    for (const type of [SDP, SDP_FRAGMENT]) {
      app.addContentTypeParser(type, { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES }, (_request, body, done) =>
        done(null, body),
      );
    }
    addWhepRoute(app, options);
    addSessionRoutes(app, options, {
      role: 'viewer',
      path: '/whep/:camera',
      params: WatchedParams,
      config: WATCH,
    });
    addWhipRoute(app, options);
    addSessionRoutes(app, options, {
      role: 'publisher',
      path: '/whip/:token',
      params: PublishedParams,
      config: PUBLISH,
    });
  };
}

function addWhepRoute(app: App, { cameras, viewers }: WebRtcRoutesOptions): void {
  app.post(
    '/whep/:camera',
    {
      config: WATCH,
      schema: {
        tags: ['webrtc'],
        summary: 'Watch a camera by WebRTC (WHEP): its own H.264 or VP8, not encoded again',
        description:
          'The offer receives video. `Location` of the answer is the session, to be deleted at the end. `clock` of `GET /api/camera/:token` says when a picture with some RTP timestamp was taken.',
        consumes: [SDP],
        params: WatchedParams,
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

function addWhipRoute(app: App, { cameras, publishers }: WebRtcRoutesOptions): void {
  app.post(
    '/whip/:token',
    {
      config: { ...PUBLISH, atOwner: true },
      schema: {
        tags: ['webrtc'],
        summary: 'Publish to a camera by WebRTC (WHIP): H.264 or VP8',
        description:
          'The offer sends video; sound is refused. `Location` of the answer is the session, to be deleted at the end.',
        consumes: [SDP],
        params: PublishedParams,
        body: Sdp,
        response: { 201: sdpBody(SDP), ...problems(400, 404, 409, 413, 415, 503) },
      },
    },
    async (request, reply) => {
      const session = await publishers.publish({
        camera: cameras.camera(request.cameraId ?? ''),
        sdp: bodyOf(request, SDP),
        address: plainAddress(request.ip),
        hold: request.principal?.hold ?? (() => () => undefined),
      });
      return created(request, reply, session);
    },
  );
}

interface SessionRoutes {
  readonly role: PeerRole;
  readonly path: '/whep/:camera' | '/whip/:token';
  readonly params: typeof WatchedParams | typeof PublishedParams;
  readonly config: FastifyContextConfig;
}

function addSessionRoutes(
  app: App,
  { sessions, relay }: Pick<WebRtcRoutesOptions, 'sessions' | 'relay'>,
  { role, path, params, config }: SessionRoutes,
): void {
  const url = `${path}/:session` as const;
  const sessionParams = params.extend(SESSION);
  const find = ({ cameraId = '', params: given }: FastifyRequest) => sessions.find(role, cameraId, sessionOf(given));
  // Before the body is read, which goes to the same node.
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    const node = nodeOfPeerSession(sessionOf(request.params));
    if (await relay?.passOn(request, reply, { name: 'This session', node, away: noSession })) return reply;
    return undefined;
  };

  app.patch(
    url,
    {
      config,
      onRequest,
      schema: {
        tags: ['webrtc'],
        summary: 'Add ICE candidates to a session',
        consumes: [SDP_FRAGMENT],
        params: sessionParams,
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
      onRequest,
      schema: {
        tags: ['webrtc'],
        summary: 'End a session',
        params: sessionParams,
        response: { 204: z.null(), ...problems(404) },
      },
    },
    async (request, reply) => {
      allowPages(request, reply);
      await find(request).end('deleted');
      return reply.code(204).send(null);
    },
  );

  for (const [each, named] of [
    [path, params],
    [url, sessionParams],
  ] as const) {
    app.options(each, { config, schema: { hide: true, params: named } }, async (request, reply) => {
      allowPages(request, reply);
      return reply.header('Allow', METHODS).header('Accept-Post', SDP).code(204).send();
    });
  }
}

/** The gate has told browsers that pages of any site may read what a link opens; this is what else they ask before they send. */
function allowPages({ principal }: FastifyRequest, reply: FastifyReply): void {
  if (principal?.kind !== 'link') return;
  reply
    .header('Access-Control-Allow-Methods', METHODS)
    .header('Access-Control-Allow-Headers', HEADERS.requested)
    .header('Access-Control-Expose-Headers', HEADERS.exposed);
}

const sessionOf = (params: unknown) => (params as { session: string }).session;

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
