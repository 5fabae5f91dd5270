import {
  EventPatch,
  EventsMarked,
  EventsPage,
  EventsQuery,
  EventsSeen,
  LookoutError,
  RuleEvent,
  VerdictOutcome,
  VerdictRequest,
} from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { EventPictures } from '../../pipeline/events/event-pictures.js';
import type { EventService } from '../../pipeline/events/event-service.js';
import { maySee, type Principal } from '../../platform/auth/principal.js';
import type { KeptEvent } from '../../platform/storage/index.js';
import type { Belonging, NodeRelay } from '../cluster/owner-relay.js';
import { bytes, problems } from '../http/responses.js';

export interface EventRoutesOptions {
  events: EventService;
  pictures: Pick<EventPictures, 'snapshot' | 'clip'>;
  /** In a cluster: passes requests on to the node that has an event's pictures. */
  relay?: NodeRelay | undefined;
}

type App = Parameters<FastifyPluginAsyncZod>[0];

const ById = z.strictObject({ id: z.string().min(1).max(64) });
// Dashboards append keys to the addresses of images to defeat caches.
const SnapshotQuery = z.object({
  annotated: z.enum(['0', '1']).default('1').describe('0: the camera’s own picture, without boxes'),
});
const TAGS = ['events'];
const CHANGE = { permission: 'operate' } as const;
const READ = { permission: 'watch' } as const;
/** Pictures of an event never change. */
const CACHE_PICTURE = 'private, max-age=86400, immutable';

/** Events: list, look at, judge, keep, remove. */
export function eventRoutes(options: EventRoutesOptions): FastifyPluginAsyncZod {
  return async (app) => {
    addListRoutes(app, options);
    addChangeRoutes(app, options);
    addPictureRoutes(app, options);
  };
}

function addListRoutes(app: App, { events }: EventRoutesOptions): void {
  app.route({
    method: 'GET',
    url: '/api/events',
    config: READ,
    schema: {
      tags: TAGS,
      summary: 'List events, newest first',
      querystring: EventsQuery,
      response: { 200: EventsPage, ...problems(400) },
    },
    handler: async ({ query, principal }) => events.page(query, visibleTo(principal)),
  });

  app.route({
    method: 'POST',
    url: '/api/events/seen',
    config: CHANGE,
    schema: {
      tags: TAGS,
      summary: 'Mark all events as seen that began until then',
      body: EventsSeen,
      response: { 200: EventsMarked, ...problems(400, 413, 415) },
    },
    handler: async ({ body, principal }) => ({ marked: await events.markSeen(body.until, visibleTo(principal)) }),
  });

  app.route({
    method: 'GET',
    url: '/api/events/:id',
    config: READ,
    schema: { tags: TAGS, summary: 'One event', params: ById, response: { 200: RuleEvent, ...problems(404) } },
    handler: async ({ params, principal }) => events.view(await findFor(principal, events, params.id)),
  });
}

function addChangeRoutes(app: App, { events, relay }: EventRoutesOptions): void {
  app.route({
    method: 'PATCH',
    url: '/api/events/:id',
    config: CHANGE,
    schema: {
      tags: TAGS,
      summary: 'Mark an event as seen, or as to be kept: then it is never removed by age or size',
      params: ById,
      body: EventPatch,
      response: { 200: RuleEvent, ...problems(400, 404, 413, 415) },
    },
    handler: async ({ params, body, principal }) => {
      await findFor(principal, events, params.id);
      return events.update(params.id, body);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/api/events/:id',
    config: CHANGE,
    schema: {
      tags: TAGS,
      summary: 'Delete an event with its pictures',
      params: ById,
      response: { 204: z.null().describe('Removed'), ...problems(404, 503) },
    },
    handler: async (request, reply) => {
      const { params, principal } = request;
      const event = await findFor(principal, events, params.id);
      // Where the node with its pictures is away, the event goes nevertheless.
      if (await relay?.passOn(request, reply, { ...picturesOf(event), away: () => undefined })) return reply;
      await events.remove(params.id);
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: 'POST',
    url: '/api/events/:id/verdict',
    config: CHANGE,
    schema: {
      tags: TAGS,
      summary: 'Say whether an event was right, and learn what follows',
      description:
        '`wrong_object`: what made the rule fire is ignored from now on at its place, while the place looks as it did. The other verdicts only propose a change. Another verdict takes back what the one before did.',
      params: ById,
      body: VerdictRequest,
      response: { 200: VerdictOutcome, ...problems(400, 404, 413, 415, 503) },
    },
    handler: async (request, reply) => {
      const { params, body, principal } = request;
      const event = await findFor(principal, events, params.id);
      // What it showed is recognised by its picture.
      if (body.verdict === 'wrong_object' && (await relay?.passOn(request, reply, picturesOf(event)))) return reply;
      return events.judge(params.id, body.verdict);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/api/events/:id/verdict',
    config: CHANGE,
    schema: {
      tags: TAGS,
      summary: 'Take back a verdict, and with it everything that is ignored because of it',
      params: ById,
      response: { 200: RuleEvent, ...problems(404) },
    },
    handler: async ({ params, principal }) => {
      await findFor(principal, events, params.id);
      return events.withdrawVerdict(params.id);
    },
  });
}

function addPictureRoutes(app: App, { events, pictures, relay }: EventRoutesOptions): void {
  app.route({
    method: 'GET',
    url: '/api/events/:id/snapshot.jpg',
    config: READ,
    schema: {
      tags: TAGS,
      summary: 'The frame that made the rule fire, with what it was about',
      params: ById,
      querystring: SnapshotQuery,
      response: {
        200: bytes('image/jpeg', 'The frame'),
        ...problems(400, 404, 503),
      },
    },
    handler: async (request, reply) => {
      const { params, query, principal } = request;
      const event = await findFor(principal, events, params.id);
      if (await relay?.passOn(request, reply, picturesOf(event))) return reply;
      const jpeg = await pictures.snapshot(event, query.annotated === '1');
      return reply
        .type('image/jpeg')
        .header('Cache-Control', CACHE_PICTURE)
        .send(Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength));
    },
  });

  app.route({
    method: 'GET',
    url: '/api/events/:id/clip.mp4',
    config: READ,
    schema: {
      tags: TAGS,
      summary: 'A video of what happened: from 10 s before the event until 10 s after it, at most a minute',
      description: 'Made when it is first asked for. Parts of it can be asked for with `Range`.',
      params: ById,
      response: {
        200: bytes('video/mp4', 'VP9 in MP4'),
        ...problems(404, 429, 503),
      },
    },
    handler: async (request, reply) => {
      const { params, principal } = request;
      const event = await findFor(principal, events, params.id);
      if (await relay?.passOn(request, reply, picturesOf(event))) return reply;
      const { directory, file } = await pictures.clip(event);
      return reply.header('Cache-Control', 'private, no-cache').sendFile(file, directory, { cacheControl: false });
    },
  });
}

/** Which node has them. */
function picturesOf({ node }: KeptEvent): Belonging {
  return { name: 'The picture of this event', node };
}

/** The cameras whose events a caller may see; undefined: all. */
function visibleTo(principal: Principal | null): readonly string[] | undefined {
  return principal === null || principal.kind === 'link' ? [] : principal.cameras;
}

async function findFor(principal: Principal | null, events: EventService, id: string): Promise<KeptEvent> {
  const event = await events.find(id);
  if (principal === null || !maySee(principal, event.camera)) {
    throw new LookoutError('not_found', `There is no event "${id}"`);
  }
  return event;
}
