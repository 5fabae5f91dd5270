import { LoadModel, Model, ModelName } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ModelAdministration } from '../../platform/models/model-administration.js';
import { problems } from '../http/responses.js';

/** The model operations of the HTTP side. */
export type ModelService = Pick<ModelAdministration, 'list' | 'load' | 'unload'>;

const TAGS = ['models'];
const ByName = z.object({ name: ModelName });
const LoadQuery = z.strictObject({
  default: z
    .enum(['true', 'false', '1', '0'])
    .transform((text) => text === 'true' || text === '1')
    .optional(),
});

/** Models: list, load, unload, set the default. */
export const modelRoutes: FastifyPluginAsyncZod<{ models: ModelService }> = async (app, { models }) => {
  app.route({
    method: 'GET',
    url: '/api/models',
    config: { permission: 'signed-in' },
    schema: {
      tags: TAGS,
      summary: 'List models, the default first',
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
      summary: 'Load a model; with `default`, it becomes the default for cameras and for clients that name no model',
      description:
        'Frames in progress are finished by the previous model; no restart is needed. The default is kept over a restart, unless `model` of the settings names one.',
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
