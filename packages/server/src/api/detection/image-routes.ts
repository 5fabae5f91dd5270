import { ImageDetections, ImageQuery, ImageSettings, ImageUpload } from '@lookout/protocol';
import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { DetectionMasks } from '../../pipeline/segments/detection-masks.js';
import type { DetectionService } from '../../pipeline/sessions/detection-service.js';
import { MAX_JSON_BYTES, readClientImage } from '../../pipeline/sessions/image-data.js';
import { problems } from '../http/responses.js';
import { limitUploads, type UploadLimit } from '../http/upload-limit.js';
import { pictureValidatorCompiler } from '../http/validation.js';
import { PICTURE_BODIES } from '../openapi/described-bodies.js';
import { pictureError } from './session-routes.js';
import { addPictureParsers, parseBody, readUpload, type Upload } from './upload.js';

const TAGS = ['detection'];
export interface ImageRoutesOptions {
  service: DetectionService;
  uploads: UploadLimit;
  masks: DetectionMasks;
}

/** Single images, without a session. */
export const imageRoutes: FastifyPluginAsyncZod<ImageRoutesOptions> = async (app, { service, uploads, masks }) => {
  limitUploads(app, uploads, MAX_JSON_BYTES);
  app.setValidatorCompiler(pictureValidatorCompiler);
  addPictureParsers(app);

  app.route({
    method: 'POST',
    url: '/api/detect',
    config: { permission: 'detect' },
    bodyLimit: MAX_JSON_BYTES,
    schema: {
      tags: TAGS,
      summary: 'Detect objects in one image',
      description:
        'JSON with `image_data`, `multipart/form-data` with a file, or the image itself as the body; settings in the JSON, the form or the query.',
      querystring: ImageQuery,
      body: ImageUpload,
      ...PICTURE_BODIES,
      response: { 200: ImageDetections, ...problems(400, 404, 409, 413, 415, 422, 429, 503) },
    },
    handler: async (request, reply) => {
      const upload = await readUpload(request);
      const { masks: wantsMasks = false, ...settings } = { ...request.query, ...readSettings(upload) };
      if (wantsMasks) masks.check();
      const found = await detectUpload(service, upload, settings, reply);
      return wantsMasks ? masks.add(Buffer.from(upload.bytes()), found, goneOf(reply)) : found;
    },
  });
};

function readSettings({ kind, fields }: Upload): ImageSettings {
  if (kind === 'raw') return {};
  return kind === 'json' ? parseBody(ImageSettings, fields) : parseBody(ImageQuery, fields);
}

/** @throws Error in the form for HTTP: an invalid image is an invalid request */
export async function detectUpload(
  service: DetectionService,
  { bytes }: Upload,
  settings: ImageSettings,
  reply: FastifyReply,
): Promise<ImageDetections> {
  try {
    return await service.detect(readClientImage(bytes()), settings, goneOf(reply));
  } catch (error) {
    throw pictureError(error);
  }
}

/** Aborted when the client disconnects. */
function goneOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort(new Error('The client disconnected')));
  return gone.signal;
}
