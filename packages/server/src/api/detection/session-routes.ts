import {
  CreatedSession,
  DetectionHealth,
  DetectionResult,
  DetectionServerMessage,
  DetectionTotals,
  type ErrorCode,
  FrameAccepted,
  FrameId,
  FrameUpload,
  LookoutError,
  newSession,
  SessionConfig,
  SessionStats,
  sessionSettings,
} from '@lookout/protocol';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { DetectionService } from '../../pipeline/sessions/detection-service.js';
import type { FrameAnswer, SentFrame } from '../../pipeline/sessions/detection-session.js';
import { MAX_JSON_BYTES, readClientImage } from '../../pipeline/sessions/image-data.js';
import { nodeOfSession } from '../../pipeline/sessions/session-id.js';
import { plainAddress } from '../../platform/auth/addresses.js';
import type { NodeRelay } from '../cluster/owner-relay.js';
import { problems } from '../http/responses.js';
import { limitUploads, type UploadLimit } from '../http/upload-limit.js';
import { pictureValidatorCompiler } from '../http/validation.js';
import { PICTURE_BODIES } from '../openapi/described-bodies.js';
import type { RestSessions } from './rest-sessions.js';
import { addPictureParsers, addTextAsJson, parseBody, readUpload } from './upload.js';

export interface SessionRoutesOptions {
  service: DetectionService;
  sessions: RestSessions;
  uploads: UploadLimit;
  /** In a cluster: passes requests on to the node that has their session. */
  relay?: NodeRelay | undefined;
}

type App = Parameters<FastifyPluginAsyncZod<SessionRoutesOptions>>[0];

const TAGS = ['detection'];
const BySession = z.object({ client_id: z.string().min(1).max(256) });
const ProcessQuery = z.strictObject({
  wait: z.enum(['true', 'false', '1', '0']).default('false').describe('true: answer with the result itself'),
  frame_id: z.string().min(1).max(128).optional().describe('For an image that is the body itself'),
  timestamp: z.coerce.number().optional().describe('Likewise, seconds'),
});
/** Form fields, which are text. */
const FormFields = z.strictObject({
  frame_id: z.string().min(1).max(128).optional(),
  timestamp: z
    .string()
    .transform((text) => (text.trim() === '' ? Number.NaN : Number(text)))
    .pipe(z.number())
    .optional(),
});
const JsonFields = FrameUpload.omit({ image_data: true }).extend({ frame_id: FrameId.optional() });

/** Detection sessions over REST and server-sent events, and statistics of the detection API. */
export const sessionApiRoutes: FastifyPluginAsyncZod<SessionRoutesOptions> = async (
  app,
  { service, sessions, uploads, relay },
) => {
  // Before the body is read, which goes to the same node.
  app.addHook('onRequest', async (request, reply) => {
    const { client_id: id } = request.params as Partial<z.infer<typeof BySession>>;
    if (id === undefined || relay === undefined) return;
    const session = { name: 'This detection session', node: nodeOfSession(id), away: sessionLost };
    if (await relay.passOn(request, reply, session)) return reply;
  });
  addTextAsJson(app);

  app.route({
    method: 'POST',
    url: '/stream/sessions',
    config: { permission: 'detect' },
    schema: {
      tags: TAGS,
      summary: 'Open a detection session',
      body: newSession(service.maxFps).nullish().describe('Runtime settings and the model, all optional'),
      response: { 201: CreatedSession, ...problems(400, 404, 409, 413, 415, 422, 429, 503) },
    },
    handler: async (request, reply) => {
      const session = await sessions.open(plainAddress(request.socket.remoteAddress), request.body ?? {});
      const { id, config, expiresMs } = session;
      return reply
        .code(201)
        .header('Cache-Control', 'no-store')
        .send({
          client_id: id,
          sse_endpoint: `/stream/events/${id}`,
          upload_endpoint: `/stream/process/${id}`,
          config,
          expires_at: Math.round(expiresMs),
        });
    },
  });

  app.route({
    method: 'GET',
    url: '/stream/events/:client_id',
    config: { permission: 'detect' },
    schema: {
      tags: TAGS,
      summary: 'Answers to a session’s frames as server-sent events',
      description:
        'Each event has an `id`; `Last-Event-ID` resumes after it, within the last 256. A second reader replaces the first.',
      params: BySession,
      response: {
        200: {
          description: 'Answers as they come',
          content: { 'text/event-stream': { schema: DetectionServerMessage } },
        },
        ...problems(404, 410, 503),
      },
    },
    handler: async (request, reply) => {
      const { session, stream } = sessions.get(request.params.client_id);
      session.touch();
      const given = request.headers['last-event-id'];
      reply.hijack();
      stream.attach(reply.raw, typeof given === 'string' ? given : undefined);
    },
  });

  addSessionRoutes(app, { service, sessions });
  addTotalsRoutes(app, service);
  await app.register(processRoute, { sessions, uploads });
};

/** Routes for one session. */
function addSessionRoutes(app: App, { service, sessions }: Pick<SessionRoutesOptions, 'service' | 'sessions'>): void {
  app.route({
    method: 'GET',
    url: '/stream/sessions/:client_id/stats',
    config: { permission: 'detect' },
    schema: {
      tags: TAGS,
      summary: 'Statistics of a session',
      params: BySession,
      response: { 200: SessionStats, ...problems(404, 410, 503) },
    },
    handler: async (request) => service.get(request.params.client_id).stats(),
  });

  app.route({
    method: 'PATCH',
    url: '/stream/sessions/:client_id/config',
    config: { permission: 'detect' },
    schema: {
      tags: TAGS,
      summary: 'Change a session’s settings; takes effect with the next frame',
      params: BySession,
      body: sessionSettings(service.maxFps),
      response: { 200: SessionConfig, ...problems(400, 404, 409, 410, 413, 415, 503) },
    },
    onRequest: async (request) => void service.get((request.params as z.infer<typeof BySession>).client_id),
    handler: async (request) => service.get(request.params.client_id).configure(request.body),
  });

  app.route({
    method: 'DELETE',
    url: '/stream/sessions/:client_id',
    config: { permission: 'detect' },
    schema: {
      tags: TAGS,
      summary: 'End a session; frames in flight are answered with an error',
      params: BySession,
      response: { 204: z.null().describe('Ended'), ...problems(404, 410, 503) },
    },
    handler: async (request, reply) => {
      sessions.end(request.params.client_id);
      return reply.code(204).send(null);
    },
  });
}

/** Routes for the detection API as a whole. */
function addTotalsRoutes(app: App, service: DetectionService): void {
  app.route({
    method: 'GET',
    url: '/stream/health',
    config: { permission: 'detect' },
    schema: {
      tags: TAGS,
      summary: 'Whether images can be analysed, with which model and device',
      response: { 200: DetectionHealth, ...problems(503) },
    },
    handler: async () => service.health(),
  });

  app.route({
    method: 'GET',
    url: '/stream/stats',
    config: { permission: 'detect' },
    schema: { tags: TAGS, summary: 'Totals of all sessions', response: { 200: DetectionTotals } },
    handler: async () => service.totals(),
  });
}

const processRoute: FastifyPluginAsyncZod<Pick<SessionRoutesOptions, 'sessions' | 'uploads'>> = async (
  app,
  { sessions, uploads },
) => {
  limitUploads(app, uploads, MAX_JSON_BYTES);
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(pictureValidatorCompiler);
  addPictureParsers(app);

  app.route({
    method: 'POST',
    url: '/stream/process/:client_id',
    config: { permission: 'detect' },
    bodyLimit: MAX_JSON_BYTES,
    schema: {
      tags: TAGS,
      summary: 'Send a frame to a session',
      description:
        'JSON as on the socket, `multipart/form-data` with a file, or the image itself as the body. Every frame is answered once: a frame that is refused here causes no event.',
      params: BySession,
      querystring: ProcessQuery,
      body: FrameUpload,
      ...PICTURE_BODIES,
      response: { 200: DetectionResult, 202: FrameAccepted, ...problems(400, 404, 410, 413, 415, 429, 503) },
    },
    // Checked before the body is read, so that no frame is uploaded in vain.
    onRequest: async (request) => void sessions.get((request.params as z.infer<typeof BySession>).client_id),
    handler: async (request, reply) => {
      const { client_id: id } = request.params;
      const { wait } = request.query;
      const frame = await readFrame(request, request.query);
      if (wait === 'true' || wait === '1') {
        const answer = await sessions.sendAndWait(id, frame);
        if (answer.type === 'detection_result') return reply.code(200).send(answer);
        throw refusalOf(answer);
      }
      const { frameId, atOnce } = sessions.send(id, frame);
      if (atOnce && atOnce.type !== 'detection_result') throw refusalOf(atOnce);
      return reply.code(202).send({ frame_id: frameId });
    },
  });
};

async function readFrame(
  request: FastifyRequest,
  query: z.infer<typeof ProcessQuery>,
): Promise<Omit<SentFrame, 'answer'>> {
  const { kind, fields, bytes } = await readUpload(request);
  const { frame_id, timestamp } =
    kind === 'json' ? parseBody(JsonFields, fields) : kind === 'form' ? parseBody(FormFields, fields) : query;
  const read = () => readClientImage(bytes());
  return { id: frame_id ?? query.frame_id, timestampS: timestamp ?? query.timestamp, read };
}

function sessionLost(node: string): LookoutError {
  return new LookoutError('session_lost', `Node ${node}, which had this detection session, is away`, {
    hint: 'Open a new one with POST /stream/sessions.',
  });
}

/** Converts an answer other than a result into an HTTP error. */
export function refusalOf(answer: Exclude<FrameAnswer, { type: 'detection_result' }>): Error {
  if (answer.type === 'dropped') {
    return new LookoutError('too_many_requests', `The frame was dropped: ${answer.reason}`, {
      hint: 'Send fewer frames per second, or raise fps_limit.',
    });
  }
  return pictureError(new LookoutError(answer.code as ErrorCode, answer.error));
}

/** Reports an invalid image as an error in its field, and a closed session as not found. */
export function pictureError(error: unknown): Error {
  if (!(error instanceof LookoutError)) return error as Error;
  if (error.code === 'session_closed') return new LookoutError('not_found', error.message);
  if (error.code !== 'frame_invalid') return error;
  return new z.ZodError([{ code: 'custom', path: ['image_data'], message: error.message, input: undefined }]);
}
