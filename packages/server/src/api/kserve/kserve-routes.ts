import {
  DetectInferRequest,
  InferResponse,
  KServeProblem,
  LookoutError,
  ModelMetadata,
  ModelReady,
  ServerLive,
  ServerMetadata,
  ServerReady,
} from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { DetectionService } from '../../pipeline/sessions/detection-service.js';
import { MAX_INFER_BYTES } from '../../platform/kserve/infer-tensors.js';
import { type EncodedMessage, KSERVE_HEADER_LENGTH } from '../../platform/kserve/message.js';
import { problemsAs } from '../http/responses.js';
import { limitUploads, type UploadLimit } from '../http/upload-limit.js';
import { pictureValidatorCompiler } from '../http/validation.js';
import { inferPictures, PICTURE_MODEL_NAME, pictureModelMetadata } from './picture-model.js';
import { MODEL_VERSION, type TensorService } from './tensor-service.js';

export interface KServeRoutesOptions {
  tensors: Pick<TensorService, 'metadata' | 'infer'>;
  pictures: Pick<DetectionService, 'detect' | 'health'>;
  /** The model that detects in pictures. */
  model(): ModelInfo;
  uploads: UploadLimit;
  version: string;
}

const TAGS = ['kserve'];
const BINARY_TYPE = 'application/octet-stream';
const ByModel = z.object({ model: z.string() });
const ByVersion = ByModel.extend({ version: z.string() });
type ModelParams = z.infer<typeof ByModel> & Partial<z.infer<typeof ByVersion>>;
const InferHeaders = z.looseObject({
  [KSERVE_HEADER_LENGTH.toLowerCase()]: z
    .string()
    .optional()
    .describe(
      'Length of the JSON at the start of the body, if binary data follows. With model detect, 0 means that the body is an image',
    ),
});

type App = Parameters<FastifyPluginAsyncZod>[0];

/** The KServe v2 protocol (Open Inference Protocol) over HTTP, with binary data. */
export function kserveRoutes(options: KServeRoutesOptions): FastifyPluginAsyncZod {
  return async (app) => {
    app.setValidatorCompiler(pictureValidatorCompiler);
    limitUploads(app, options.uploads, MAX_INFER_BYTES);
    // The length header determines how a body is read; clients send various content types or none.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    addServerRoutes(app, options);
    for (const [url, params] of [
      ['/v2/models/:model', ByModel],
      ['/v2/models/:model/versions/:version', ByVersion],
    ] as const) {
      addModelRoutes(app, options, url, params);
      addInferRoute(app, options, url, params);
    }
  };
}

function addServerRoutes(app: App, { pictures, version }: KServeRoutesOptions): void {
  app.route({
    method: 'GET',
    url: '/v2',
    config: { permission: 'detect' },
    schema: { tags: TAGS, summary: 'Name and version of the server', response: { 200: ServerMetadata } },
    handler: async () => ({ name: 'lookout', version, extensions: ['binary_tensor_data'] }),
  });

  app.route({
    method: 'GET',
    url: '/v2/health/live',
    config: { permission: 'detect' },
    schema: { tags: TAGS, summary: 'Whether the server is alive', response: { 200: ServerLive } },
    handler: async () => ({ live: true }),
  });

  app.route({
    method: 'GET',
    url: '/v2/health/ready',
    config: { permission: 'detect' },
    schema: {
      tags: TAGS,
      summary: 'Whether models are ready',
      response: { 200: ServerReady, ...problemsAs(KServeProblem, 503) },
    },
    handler: async () => {
      pictures.health();
      return { ready: true };
    },
  });
}

/** Routes for metadata and readiness of a model. */
function addModelRoutes(
  app: App,
  { tensors, pictures, model }: KServeRoutesOptions,
  url: string,
  params: typeof ByModel,
): void {
  app.route({
    method: 'GET',
    url,
    config: { permission: 'detect' },
    schema: {
      tags: TAGS,
      summary: 'Inputs and outputs of a model',
      description: 'For a model of `/api/models`, those of its file; `detect` takes encoded images.',
      params,
      response: { 200: ModelMetadata, ...problemsAs(KServeProblem, 404, 422, 429, 503) },
    },
    handler: async (request) => {
      const name = modelOf(request.params);
      return name === PICTURE_MODEL_NAME ? pictureModelMetadata(model()) : tensors.metadata(name);
    },
  });

  app.route({
    method: 'GET',
    url: `${url}/ready`,
    config: { permission: 'detect' },
    schema: {
      tags: TAGS,
      summary: 'Whether a model is ready; loads it if needed',
      params,
      response: { 200: ModelReady, ...problemsAs(KServeProblem, 404, 422, 429, 503) },
    },
    handler: async (request) => {
      const name = modelOf(request.params);
      if (name === PICTURE_MODEL_NAME) pictures.health();
      else await tensors.metadata(name);
      return { name, ready: true };
    },
  });
}

function addInferRoute(
  app: App,
  { tensors, pictures }: KServeRoutesOptions,
  url: string,
  params: typeof ByModel,
): void {
  app.route({
    method: 'POST',
    url: `${url}/infer`,
    config: { permission: 'detect' },
    bodyLimit: MAX_INFER_BYTES,
    schema: {
      tags: TAGS,
      summary: 'Run a model',
      description:
        'JSON, or JSON followed by the binary data of tensors. `detect` takes `image`, BYTES with 1 to 16 JPEG, PNG or WebP images (in JSON as base64). It returns `boxes` (x1, y1, x2, y2 in pixels of the upright image), `scores`, `class_ids` and `class_names` of all images in order, `counts` (boxes per image) and `sizes` (width, height). The settings go into `parameters`.',
      consumes: ['application/json', BINARY_TYPE],
      params,
      headers: InferHeaders,
      body: DetectInferRequest,
      response: {
        200: {
          description: 'The outputs',
          content: {
            'application/json': { schema: InferResponse },
            [BINARY_TYPE]: { schema: z.string().meta({ format: 'binary' }) },
          },
        },
        ...problemsAs(KServeProblem, 400, 404, 413, 415, 422, 429, 503),
      },
    },
    // Checked before the body is read.
    onRequest: async (request) => void modelOf(request.params as ModelParams),
    handler: async (request, reply) => {
      const name = modelOf(request.params);
      const headerLength = request.headers[KSERVE_HEADER_LENGTH.toLowerCase()] as string | undefined;
      const body: Uint8Array = Buffer.isBuffer(request.body) ? request.body : new Uint8Array(0);
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort(new Error('The client is gone')));
      const message =
        name === PICTURE_MODEL_NAME
          ? await inferPictures(
              { body, headerLength },
              (image, settings, signal) => pictures.detect(image, settings, signal),
              gone.signal,
            )
          : await tensors.infer(name, { body, headerLength }, gone.signal);
      return sendMessage(reply, message);
    },
  });
}

/** @throws LookoutError `not_found` for an unknown version */
function modelOf({ model, version = MODEL_VERSION }: ModelParams): string {
  if (version === MODEL_VERSION) return model;
  throw new LookoutError(
    'not_found',
    `There is no version ${version.slice(0, 40)}: models only have version ${MODEL_VERSION}`,
  );
}

function sendMessage(reply: FastifyReply, { headerLength, body }: EncodedMessage): FastifyReply {
  if (headerLength !== undefined) reply.header(KSERVE_HEADER_LENGTH, headerLength);
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return reply.type(headerLength === undefined ? 'application/json; charset=utf-8' : BINARY_TYPE).send(bytes);
}
