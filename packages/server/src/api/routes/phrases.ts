import {
  Calibration,
  CalibrationQuery,
  CameraId,
  LookoutError,
  NewExample,
  PhraseExample,
  type Rule,
} from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { EventService } from '../../pipeline/events/event-service.js';
import type { AddedExample, Calibrations } from '../../pipeline/phrases/calibrations.js';
import { MAX_UPLOAD_BYTES, type PhraseLearning } from '../../pipeline/phrases/phrase-learning.js';
import type { RuleService } from '../../pipeline/rules/rule-service.js';
import { maySee, type Principal } from '../../platform/auth/principal.js';
import type { NodeRelay } from '../cluster/owner-relay.js';
import { bytes, problems } from '../http/responses.js';
import { pictureValidatorCompiler } from '../http/validation.js';
import { PICTURE_BODIES } from '../openapi/described-bodies.js';
import { accessOf, isVisible } from './rule-access.js';

export interface PhraseRoutesOptions {
  calibrations: Calibrations;
  learning: PhraseLearning;
  rules: Pick<RuleService, 'find'>;
  events: Pick<EventService, 'find'>;
  /** In a cluster: passes requests on to the node that has the pictures of a camera or an event. */
  relay?: NodeRelay | undefined;
}

type App = Parameters<FastifyPluginAsyncZod>[0];

const ById = z.strictObject({ id: z.string().min(1).max(64) });
const ByExample = ById.extend({ example: z.string().min(1).max(64) });
const ByCrop = ById.extend({ camera: CameraId, at: z.coerce.number().min(0).describe('Unix epoch ms') });
const ExampleQuery = z.strictObject({
  is_positive: z.stringbool().default(true).describe('With an image as the body: whether it is a positive example'),
});
const TAGS = ['rules'];
const READ = { permission: 'watch' } as const;
const CHANGE = { permission: 'operate' } as const;

/** Calibration of rules' phrases, and their examples. */
export function phraseRoutes(options: PhraseRoutesOptions): FastifyPluginAsyncZod {
  return async (app) => {
    addCalibrationRoutes(app, options);
    await app.register(async (pictures) => addExampleRoute(pictures, options));
    addKeptExampleRoutes(app, options);
  };
}

function addCalibrationRoutes(app: App, { calibrations, rules }: PhraseRoutesOptions): void {
  app.route({
    method: 'GET',
    url: '/api/rules/:id/calibration',
    config: READ,
    schema: {
      tags: TAGS,
      summary:
        'Calibration of a rule’s phrase on a camera: whether it fires, above which score, and how many false alarms to expect',
      params: ById,
      querystring: CalibrationQuery,
      response: { 200: Calibration, ...problems(400, 404) },
    },
    handler: async ({ params, query, principal }) => {
      const rule = ruleFor(principal, rules, params.id);
      return calibrations.view(params.id, rule, query.camera, (camera) => sees(principal, camera));
    },
  });

  app.route({
    method: 'GET',
    url: '/api/rules/:id/calibration/:camera/crops/:at.jpg',
    config: READ,
    schema: {
      tags: TAGS,
      summary: 'Crop of an object that a refused phrase would have fired for',
      params: ByCrop,
      response: { 200: bytes('image/jpeg', 'The object'), ...problems(400, 404) },
    },
    handler: async ({ params, principal }, reply) => {
      const rule = ruleFor(principal, rules, params.id);
      if (!sees(principal, params.camera)) throw notFound('camera', params.camera);
      const { jpeg } = calibrations.crop(params.id, rule, params.camera, params.at);
      return reply.type('image/jpeg').header('Cache-Control', 'private, max-age=3600').send(asBuffer(jpeg));
    },
  });
}

function addExampleRoute(app: App, { rules, learning, events, relay }: PhraseRoutesOptions): void {
  app.setValidatorCompiler(pictureValidatorCompiler);
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.route({
    method: 'POST',
    url: '/api/rules/:id/examples',
    config: CHANGE,
    // JSON bodies are smaller.
    bodyLimit: MAX_UPLOAD_BYTES,
    schema: {
      tags: TAGS,
      summary: 'Add an example of what a rule’s phrase means, or does not mean',
      description:
        'An object of an event, a part of a camera’s picture from the last hour, or a picture of the object alone (JPEG, PNG or WebP, at most 256 kB) as the body. One example is enough to arm a rule that would have fired for it.',
      params: ById,
      querystring: ExampleQuery,
      body: NewExample,
      ...PICTURE_BODIES,
      response: { 201: PhraseExample, ...problems(400, 403, 404, 409, 413, 415, 422, 429, 503) },
    },
    handler: async (request, reply) => {
      const { params, query, principal } = request;
      const { id } = params;
      const rule = ruleFor(principal, rules, id);
      accessOf(principal).check(rule);
      const body: unknown = request.body;
      if (Buffer.isBuffer(body)) {
        const made = await learning.fromUpload(id, rule, new Uint8Array(body), query.is_positive);
        return reply.code(201).send(viewOf(id, made));
      }
      const given = NewExample.parse(body);
      if ('event_id' in given) {
        const event = await events.find(given.event_id);
        if (!sees(principal, event.camera)) throw notFound('event', given.event_id);
        if (await relay?.passOn(request, reply, { name: 'The picture of this event', node: event.node })) return reply;
        const made = await learning.fromEvent(id, rule, event, given.track_id, given.is_positive);
        return reply.code(201).send(viewOf(id, made));
      }
      if (!sees(principal, given.camera)) throw notFound('camera', given.camera);
      if (await relay?.passToOwner(request, reply, given.camera)) return reply;
      return reply.code(201).send(viewOf(id, await learning.fromMoment(id, rule, given)));
    },
  });
}

function addKeptExampleRoutes(app: App, { calibrations, rules }: PhraseRoutesOptions): void {
  app.route({
    method: 'DELETE',
    url: '/api/rules/:id/examples/:example',
    config: CHANGE,
    schema: {
      tags: TAGS,
      summary: 'Remove an example',
      params: ByExample,
      response: { 204: z.null().describe('Removed'), ...problems(403, 404) },
    },
    handler: async ({ params, principal }, reply) => {
      const rule = ruleFor(principal, rules, params.id);
      accessOf(principal).check(rule);
      await calibrations.removeExample(params.id, rule, params.example);
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: 'GET',
    url: '/api/rules/:id/examples/:example/picture',
    config: READ,
    schema: {
      tags: TAGS,
      summary: 'The picture of an example, as stored',
      params: ByExample,
      response: { 200: bytes('image/*', 'JPEG, PNG or WebP'), ...problems(404) },
    },
    handler: async ({ params, principal }, reply) => {
      const rule = ruleFor(principal, rules, params.id);
      const { picture, camera } = calibrations.example(params.id, rule, params.example);
      if (camera !== null && !sees(principal, camera)) throw notFound('example', params.example);
      return reply
        .type(typeOf(picture))
        .header('Cache-Control', 'private, max-age=86400, immutable')
        .send(asBuffer(picture));
    },
  });
}

/** @throws LookoutError `not_found` also for a rule that the caller may not see */
function ruleFor(principal: Principal | null, rules: Pick<RuleService, 'find'>, id: string): Rule {
  const { rule } = rules.find(id);
  if (!isVisible(rule, principal)) throw notFound('rule', id);
  return rule;
}

function sees(principal: Principal | null, camera: string): boolean {
  return principal !== null && maySee(principal, camera);
}

function notFound(what: string, id: string): LookoutError {
  return new LookoutError('not_found', `There is no ${what} "${id.slice(0, 64)}"`);
}

function viewOf(id: string, { id: example, is_positive, created_at, score }: AddedExample): PhraseExample {
  return { id: example, is_positive, score, picture_url: `/api/rules/${id}/examples/${example}/picture`, created_at };
}

function typeOf(picture: Uint8Array): string {
  if (picture[0] === 0xff) return 'image/jpeg';
  return picture[0] === 0x89 ? 'image/png' : 'image/webp';
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
