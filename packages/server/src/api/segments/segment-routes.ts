import fastifyMultipart from '@fastify/multipart';
import { LookoutError, Segment, SegmentMasks, SegmentPrompts, SegmentRequest } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CameraManager } from '../../pipeline/cameras/camera-manager.js';
import type { SegmentOwner } from '../../pipeline/segments/kept-segment.js';
import type { SegmentService } from '../../pipeline/segments/segment-service.js';
import { MAX_JSON_BYTES } from '../../pipeline/sessions/image-data.js';
import { nodeOfSession } from '../../pipeline/sessions/session-id.js';
import { may, maySee, type Principal } from '../../platform/auth/principal.js';
import type { NodeRelay } from '../cluster/owner-relay.js';
import { pictureError } from '../detection/session-routes.js';
import { addPictureParsers, jsonBody, parseBody, readUpload } from '../detection/upload.js';
import { bytes, problems } from '../http/responses.js';
import { limitUploads, type UploadLimit } from '../http/upload-limit.js';
import { pictureValidatorCompiler, validatorCompiler } from '../http/validation.js';
import { takeSnapshot } from '../live/snapshot.js';
import { PICTURE_BODIES } from '../openapi/described-bodies.js';

export interface SegmentRoutesOptions {
  segments: SegmentService;
  cameras: Pick<CameraManager, 'camera'>;
  uploads: UploadLimit;
  /** In a cluster: passes requests on to the node that has the frozen picture. */
  relay?: NodeRelay | undefined;
}

type App = Parameters<FastifyPluginAsyncZod>[0];

const TAGS = ['segments'];
const ANYONE = { permission: 'signed-in' } as const;
const ById = z.strictObject({ id: z.string().min(1).max(128) });

/** Frozen pictures that objects are cut out of. */
export function segmentRoutes(options: SegmentRoutesOptions): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(fastifyMultipart);
    app.addHook('onRequest', async (request, reply) => {
      const { id } = request.params as { id?: string };
      if (id === undefined || options.relay === undefined) return;
      const frozen = { name: 'This frozen picture', node: nodeOfSession(id), away: gone };
      if (await options.relay.passOn(request, reply, frozen)) return reply;
    });
    await app.register(freezeRoute(options));
    addQuestionRoutes(app, options);
  };
}

function freezeRoute(options: SegmentRoutesOptions): FastifyPluginAsyncZod {
  return async (app) => addFreezeRoute(app, options);
}

function addFreezeRoute(app: App, { segments, cameras, uploads }: SegmentRoutesOptions): void {
  limitUploads(app, uploads, MAX_JSON_BYTES);
  app.setValidatorCompiler(pictureValidatorCompiler);
  addPictureParsers(app);
  app.route({
    method: 'POST',
    url: '/api/segments',
    config: ANYONE,
    bodyLimit: MAX_JSON_BYTES,
    schema: {
      tags: TAGS,
      summary: 'Freeze the newest frame of a camera, or an image, to cut objects out of it',
      description:
        'JSON with `camera`, by callers who may watch it, or an image as for `POST /api/detect`, by callers who may detect. Encoding starts at once. At most 4 are kept, each for 5 minutes after its last use.',
      body: SegmentRequest,
      ...PICTURE_BODIES,
      response: { 201: Segment, ...problems(400, 403, 404, 409, 413, 415, 422, 429, 502, 503, 504) },
    },
    handler: async (request, reply) => {
      const { principal } = request;
      const json = jsonBody(request);
      reply.code(201);
      if (typeof json === 'object' && json !== null && 'camera' in json) {
        const { camera: id } = parseBody(SegmentRequest, json);
        allow(principal, 'watch');
        if (!principal || !maySee(principal, id)) throw noCamera(id);
        const camera = cameras.camera(id);
        const { jpeg } = await takeSnapshot(camera, false, may(principal, 'operate'));
        return segments.freeze(Buffer.from(jpeg), { camera: id });
      }
      allow(principal, 'detect');
      const upload = await readUpload(request);
      try {
        return segments.freeze(Buffer.from(upload.bytes()), { caller: callerOf(principal) });
      } catch (error) {
        throw pictureError(error);
      }
    },
  });
}

function addQuestionRoutes(app: App, { segments }: SegmentRoutesOptions): void {
  app.setValidatorCompiler(validatorCompiler);
  app.route({
    method: 'GET',
    url: '/api/segments/:id',
    config: ANYONE,
    schema: {
      tags: TAGS,
      summary: 'A frozen picture and the state of its encoding',
      params: ById,
      response: { 200: Segment, ...problems(410, 503) },
    },
    handler: async ({ params, principal }) => segments.state(params.id, allowedFor(principal)),
  });

  app.route({
    method: 'GET',
    url: '/api/segments/:id/picture.jpg',
    config: ANYONE,
    schema: {
      tags: TAGS,
      summary: 'The frozen picture, in its original format',
      params: ById,
      response: { 200: bytes('image/jpeg', 'The picture'), ...problems(410, 503) },
    },
    handler: async ({ params, principal }, reply) => {
      const picture = segments.picture(params.id, allowedFor(principal));
      return reply.type(typeOf(picture)).header('Cache-Control', 'private, no-store').send(picture);
    },
  });

  app.route({
    method: 'POST',
    url: '/api/segments/:id/prompts',
    config: ANYONE,
    schema: {
      tags: TAGS,
      summary: 'Masks for points and a box, best first',
      description: 'Waits until the picture is encoded.',
      params: ById,
      body: SegmentPrompts,
      response: { 200: SegmentMasks, ...problems(400, 410, 413, 415, 422, 429, 500, 503) },
    },
    handler: async ({ params, body: { points, box }, principal }, reply) => {
      const left = new AbortController();
      reply.raw.once('close', () => left.abort(new Error('The client disconnected')));
      const asked = { isAllowed: allowedFor(principal), signal: left.signal };
      return { masks: await segments.masks(params.id, { points, ...(box && { box }) }, asked) };
    },
  });

  app.route({
    method: 'DELETE',
    url: '/api/segments/:id',
    config: ANYONE,
    schema: {
      tags: TAGS,
      summary: 'Discard a frozen picture',
      params: ById,
      response: { 204: z.null(), ...problems(410, 503) },
    },
    handler: async ({ params, principal }, reply) => {
      segments.remove(params.id, allowedFor(principal));
      return reply.code(204).send(null);
    },
  });
}

function allowedFor(principal: Principal | null): (owner: SegmentOwner) => boolean {
  return (owner) => {
    if (!principal) return false;
    return 'camera' in owner
      ? may(principal, 'watch') && maySee(principal, owner.camera)
      : owner.caller === callerOf(principal);
  };
}

function callerOf(principal: Principal | null): string {
  return principal && principal.kind !== 'link' ? `${principal.kind} ${principal.id}` : '';
}

function allow(principal: Principal | null, permission: 'watch' | 'detect'): void {
  if (principal && principal.kind !== 'link' && may(principal, permission)) return;
  throw new LookoutError(
    'forbidden',
    permission === 'watch' ? 'This key may not watch cameras' : 'This key may not use the detection API',
  );
}

function typeOf(picture: Uint8Array): string {
  if (picture[0] === 0x89) return 'image/png';
  return picture[0] === 0x52 ? 'image/webp' : 'image/jpeg';
}

function noCamera(id: string): LookoutError {
  return new LookoutError('not_found', `There is no camera "${id}"`);
}

function gone(): LookoutError {
  return new LookoutError('segment_gone', 'The node that kept this frozen picture is away', {
    hint: 'Freeze it again.',
  });
}
