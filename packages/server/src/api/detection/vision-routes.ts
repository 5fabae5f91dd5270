import { type ImageDetections, VisionDetections, VisionModels, VisionPing, VisionProblem } from '@lookout/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { DetectionService } from '../../pipeline/sessions/detection-service.js';
import { MAX_JSON_BYTES } from '../../pipeline/sessions/image-data.js';
import { problemsAs } from '../http/responses.js';
import { limitUploads, type UploadLimit } from '../http/upload-limit.js';
import { pictureValidatorCompiler } from '../http/validation.js';
import { visionBody } from '../openapi/described-bodies.js';
import type { ModelService } from '../routes/models.js';
import { detectUpload } from './image-routes.js';
import { addPictureParsers, parseBody, readForm, readUpload } from './upload.js';

export interface VisionRoutesOptions {
  service: DetectionService;
  uploads: UploadLimit;
  models: Pick<ModelService, 'list'>;
}

type App = Parameters<FastifyPluginAsyncZod<VisionRoutesOptions>>[0];

const TAGS = ['detection'];
/** Credentials that these clients can send: a key in a form, or a user name and password. */
const config = { permission: 'detect', basic: true, keyInForm: true } as const;
const Fields = z.looseObject({
  min_confidence: z
    .string()
    .transform((text) => (text.trim() === '' ? Number.NaN : Number(text)))
    .pipe(z.number().min(0).max(1))
    .optional(),
});
const key = z.string().max(256).optional();
const Keys = z.looseObject({ api_key: key, admin_key: key });
const ByModel = z.object({ model: z.string().min(1).max(255) });

/** The API of DeepStack and CodeProject.AI as used by their clients: Blue Iris, Agent DVR, Home Assistant and others. */
export const visionRoutes: FastifyPluginAsyncZod<VisionRoutesOptions> = async (app, { service, uploads, models }) => {
  app.setValidatorCompiler(pictureValidatorCompiler);
  addPictureParsers(app);
  limitUploads(app, uploads, MAX_JSON_BYTES);

  for (const [url, isAlias] of withSlash('/v1/status/ping')) {
    app.route({
      method: 'GET',
      url,
      config: { permission: 'public' },
      schema: {
        tags: TAGS,
        hide: isAlias,
        summary: 'Whether the server is alive, for clients of CodeProject.AI',
        response: { 200: VisionPing },
      },
      handler: async () => ({ success: true as const }),
    });
  }

  for (const [url, isAlias] of withSlash('/v1/vision/detection')) {
    app.route({
      method: 'POST',
      url,
      bodyLimit: MAX_JSON_BYTES,
      config,
      schema: {
        tags: TAGS,
        hide: isAlias,
        summary: 'Detect objects in one image, for clients of DeepStack and CodeProject.AI',
        description:
          '`multipart/form-data` with `image` and, if wanted, `min_confidence`. The API key comes as Bearer, as the password of Basic authentication, or as `api_key` or `admin_key` of the form.',
        ...visionBody,
        response: { 200: VisionDetections, ...problemsAs(VisionProblem, 400, 401, 403, 413, 415, 429, 503) },
      },
      handler: async (request, reply) => detect(request, reply),
    });
  }

  for (const [url, isAlias] of withSlash('/v1/vision/custom/:model')) {
    app.route({
      method: 'POST',
      url,
      bodyLimit: MAX_JSON_BYTES,
      config,
      schema: {
        tags: TAGS,
        hide: isAlias,
        summary: 'The same with a model of `/v1/vision/custom/list`',
        params: ByModel,
        ...visionBody,
        response: {
          200: VisionDetections,
          ...problemsAs(VisionProblem, 400, 401, 403, 404, 413, 415, 422, 429, 503),
        },
      },
      handler: async (request, reply) => detect(request, reply, request.params.model),
    });
  }

  addListRoutes(app, models);

  async function detect(request: FastifyRequest, reply: FastifyReply, model?: string): Promise<VisionDetections> {
    const upload = await readUpload(request, (fields) => signIn(request, fields));
    const { min_confidence } = parseBody(Fields, upload.fields);
    const settings = { confidence_threshold: min_confidence, ...(model !== undefined && { model }) };
    return visionAnswer(await detectUpload(service, upload, settings, reply));
  }
};

/** Routes that list the models. */
function addListRoutes(app: App, models: VisionRoutesOptions['models']): void {
  for (const [url, isAlias] of withSlash('/v1/vision/custom/list')) {
    for (const method of ['GET', 'POST'] as const) {
      app.route({
        method,
        url,
        config,
        schema: {
          tags: TAGS,
          hide: isAlias,
          summary: 'List model names, for clients of DeepStack and CodeProject.AI',
          ...(method === 'POST' && visionBody),
          response: { 200: VisionModels, ...problemsAs(VisionProblem, 401, 403, 429) },
        },
        handler: async (request) => {
          await signIn(request, request.isMultipart() ? (await readForm(request)).fields : {});
          const usable = (await models.list()).filter(({ unusable }) => unusable === undefined);
          return { success: true as const, models: usable.map(({ name }) => name) };
        },
      });
    }
  }
}

/** Some of these clients append a slash to paths. @returns the path, and its alias with a slash */
function withSlash<const Path extends string>(path: Path): [[Path, false], [`${Path}/`, true]] {
  return [
    [path, false],
    [`${path}/`, true],
  ];
}

async function signIn(request: FastifyRequest, fields: Record<string, unknown>): Promise<void> {
  const { api_key, admin_key } = parseBody(Keys, fields);
  await request.signedInBy(api_key ?? admin_key);
}

function visionAnswer({ detections, inference_ms, processing_time_ms }: ImageDetections): VisionDetections {
  return {
    success: true,
    predictions: detections.map(({ class_name: label, confidence, bbox }) => {
      const [x_min, y_min, x_max, y_max] = bbox.map(Math.round) as [number, number, number, number];
      return { label, confidence, x_min, y_min, x_max, y_max };
    }),
    inferenceMs: Math.round(inference_ms),
    processMs: Math.round(processing_time_ms),
  };
}
