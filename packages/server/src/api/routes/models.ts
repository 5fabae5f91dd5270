import { LoadModel, Model, ModelName } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ModelLibrary } from '../../platform/models/model-library.js';
import { problems } from '../http/responses.js';

/** What the HTTP side needs of the model registry. */
export type ModelService = Pick<ModelLibrary, 'list' | 'load' | 'unload'>;

const TAGS = ['models'];
const ByName = z.object({ name: ModelName });
const LoadQuery = z.strictObject({
  default: z
    .enum(['true', 'false', '1', '0'])
    .transform((text) => text === 'true' || text === '1')
    .optional(),
});

/** The models: which there are, loading, unloading, and which of them is the default. */
export const modelRoutes: FastifyPluginAsyncZod<{ models: ModelService }> = async (app, { models }) => {
  app.route({
    method: 'GET',
    url: '/api/models',
    config: { permission: 'signed-in' },
    schema: {
      tags: TAGS,
      summary: 'The models this server knows, the default first',
      response: { 200: z.array(Model) },
    },
    handler: async () => models.list(),
  });

  app.route({
    method: 'POST',
    url: '/api/models/:name/load',
    config: { permission: 'manage' },
    schema: {
      tags: TAGS,
      summary: 'Load a model; with `default`, cameras and clients that name none go on with it',
      description:
        'Frames in hand are finished by the model before, and nothing is restarted. After a restart the default is what the settings say.',
      params: ByName,
      querystring: LoadQuery,
      body: LoadModel.nullish(),
      response: { 200: Model, ...problems(400, 404, 413, 415, 422, 503) },
    },
    handler: async (request) =>
      models.load(request.params.name, { asDefault: request.body?.default ?? request.query.default ?? false }),
  });

  app.route({
    method: 'DELETE',
    url: '/api/models/:name',
    config: { permission: 'manage' },
    schema: {
      tags: TAGS,
      summary: 'Unload a model; its file stays',
      params: ByName,
      response: { 204: z.null().describe('Unloaded'), ...problems(404, 409) },
    },
    handler: async (request, reply) => {
      await models.unload(request.params.name);
      return reply.code(204).send(null);
    },
  });
};
