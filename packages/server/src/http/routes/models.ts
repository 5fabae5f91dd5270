import { Model } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

/** What the HTTP side needs of the model registry. */
export interface ModelService {
  list(): Model[];
}

export const modelRoutes: FastifyPluginAsyncZod<{ models: ModelService }> = async (app, { models }) => {
  app.route({
    method: 'GET',
    url: '/api/models',
    schema: { tags: ['models'], summary: 'The models this server knows', response: { 200: z.array(Model) } },
    handler: async () => models.list(),
  });
};
