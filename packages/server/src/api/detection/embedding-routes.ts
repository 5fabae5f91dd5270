import { Embeddings, EmbeddingsRequest } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { MAX_JSON_BYTES, readClientImage } from '../../pipeline/sessions/image-data.js';
import type { TaskModels } from '../../pipeline/task-models/task-models.js';
import { problems } from '../http/responses.js';
import { limitUploads, type UploadLimit } from '../http/upload-limit.js';
import { pictureValidatorCompiler } from '../http/validation.js';
import { PICTURE_BODIES } from '../openapi/described-bodies.js';
import { pictureError } from './session-routes.js';
import { parseBody, readUpload } from './upload.js';

export interface EmbeddingRoutesOptions {
  models: Pick<TaskModels, 'require' | 'embedTexts' | 'embedPictures'>;
  uploads: UploadLimit;
}

/** Embeddings of texts and images, for clients that do their own comparison. */
export const embeddingRoutes: FastifyPluginAsyncZod<EmbeddingRoutesOptions> = async (app, { models, uploads }) => {
  limitUploads(app, uploads, MAX_JSON_BYTES);
  app.setValidatorCompiler(pictureValidatorCompiler);
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.route({
    method: 'POST',
    url: '/api/embeddings',
    config: { permission: 'detect' },
    bodyLimit: MAX_JSON_BYTES,
    schema: {
      tags: ['detection'],
      summary: 'Embed texts or an image as vectors that can be compared',
      description:
        'Texts as JSON, or one image as the body or as a form file. The dot product of two vectors is their cosine similarity. Texts are embedded as given: captions such as “a photo of a red car” compare better with images than single words. Vectors of different models can’t be compared.',
      body: EmbeddingsRequest,
      ...PICTURE_BODIES,
      response: { 200: Embeddings, ...problems(400, 409, 413, 415, 422, 429, 503) },
    },
    handler: async (request, reply) => {
      const { name: model } = models.require('embed');
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort(new Error('The client disconnected')));
      const job = { signal: gone.signal };
      const vectors =
        request.isMultipart() || Buffer.isBuffer(request.body)
          ? await models.embedPictures([await readPicture(request)], job)
          : await models.embedTexts(parseBody(EmbeddingsRequest, request.body).texts, job);
      return { model, dimension: vectors[0]!.length, embeddings: vectors.map((vector) => [...vector]) };
    },
  });
};

async function readPicture(request: Parameters<typeof readUpload>[0]): Promise<Uint8Array> {
  const { bytes } = await readUpload(request);
  try {
    return readClientImage(bytes()).bytes;
  } catch (error) {
    throw pictureError(error);
  }
}
