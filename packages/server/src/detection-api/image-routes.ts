import { ImageDetections, ImageQuery, ImageSettings, ImageUpload, VisionDetections } from '@lookout/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { formBody, pictureBodies } from '../http/described-bodies.js';
import { sendProblem } from '../http/error-handling.js';
import { problemOf } from '../http/problem.js';
import { problems } from '../http/responses.js';
import { limitUploads, type UploadLimit } from '../http/upload-limit.js';
import { REFUSED_INPUT } from '../http/validation.js';
import type { DetectionService } from './detection-service.js';
import { maxJsonBytes, readClientImage } from './image-data.js';
import { pictureValidatorCompiler } from './picture-body.js';
import { pictureError } from './session-routes.js';
import { addPictureParsers, parseBody, readUpload, type Upload } from './upload.js';

const tags = ['detection'];
const VisionFields = z.looseObject({
  min_confidence: z
    .string()
    .transform((text) => (text.trim() === '' ? Number.NaN : Number(text)))
    .pipe(z.number().min(0).max(1))
    .optional(),
});

/** Single pictures, without a session. */
export const imageRoutes: FastifyPluginAsyncZod<{ service: DetectionService; uploads: UploadLimit }> = async (
  app,
  { service, uploads },
) => {
  limitUploads(app, uploads, maxJsonBytes);
  app.setValidatorCompiler(pictureValidatorCompiler);
  addPictureParsers(app);

  app.route({
    method: 'POST',
    url: '/api/detect',
    config: { permission: 'detect' },
    bodyLimit: maxJsonBytes,
    schema: {
      tags,
      summary: 'What is in one picture',
      description:
        'JSON with `image_data`, `multipart/form-data` with a file, or the picture itself as the body; settings as JSON, fields of the form, or query.',
      querystring: ImageQuery,
      body: ImageUpload,
      ...pictureBodies,
      response: { 200: ImageDetections, ...problems(400, 404, 413, 415, 422, 429, 503) },
    },
    handler: async (request, reply) => {
      const upload = await readUpload(request);
      const settings = { ...request.query, ...readSettings(upload) };
      return detect(service, upload, settings, reply);
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/vision/detection',
    config: { permission: 'detect' },
    bodyLimit: maxJsonBytes,
    schema: {
      tags,
      summary: 'The same for clients of DeepStack and CodeProject.AI',
      description:
        '`multipart/form-data` with `image` and, if wanted, `min_confidence`. Refusals have `success: false` and `error` too.',
      ...formBody,
      response: { 200: VisionDetections, ...problems(400, 413, 415, 429, 503) },
    },
    errorHandler: (error, _request: FastifyRequest, reply) => {
      const document = problemOf(error, (error as { [REFUSED_INPUT]?: unknown })[REFUSED_INPUT]);
      if (document.code === 'internal') reply.log.error({ err: error }, 'request failed');
      return sendProblem(reply, { ...document, ...{ success: false, error: document.detail } });
    },
    handler: async (request, reply) => {
      const upload = await readUpload(request);
      const { min_confidence } = parseBody(VisionFields, upload.fields);
      const found = await detect(service, upload, { confidence_threshold: min_confidence }, reply);
      return {
        success: true as const,
        predictions: found.detections.map(({ class_name: label, confidence, bbox }) => {
          const [x_min, y_min, x_max, y_max] = bbox.map(Math.round) as [number, number, number, number];
          return { label, confidence, x_min, y_min, x_max, y_max };
        }),
        inferenceMs: Math.round(found.inference_ms),
        processMs: Math.round(found.processing_time_ms),
      };
    },
  });
};

function readSettings({ kind, fields }: Upload): ImageSettings {
  if (kind === 'raw') return {};
  return kind === 'json' ? parseBody(ImageSettings, fields) : parseBody(ImageQuery, fields);
}

async function detect(
  service: DetectionService,
  { bytes }: Upload,
  settings: ImageSettings,
  reply: FastifyReply,
): Promise<ImageDetections> {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort(new Error('The client is gone')));
  try {
    return await service.detect(readClientImage(bytes()), settings, gone.signal);
  } catch (error) {
    throw pictureError(error);
  }
}
