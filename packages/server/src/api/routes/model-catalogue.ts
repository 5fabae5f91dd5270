import {
  CatalogueModel,
  ChooseModel,
  Model,
  ModelName,
  ModelServer,
  ModelSpeed,
  OtherModelTask,
  PullModel,
  TaskModelChoice,
} from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ModelAdministration } from '../../platform/models/model-administration.js';
import { problems } from '../http/responses.js';

const TAGS = ['models'];
const config = { permission: 'manage' } as const;
const ByName = z.object({ name: ModelName });

/** Models that can be downloaded, their speed here, the way back to the default before, their removal, and the servers that run one. */
export function modelCatalogueRoutes(models: ModelAdministration): FastifyPluginAsyncZod {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/api/models/catalogue',
      config,
      schema: {
        tags: TAGS,
        summary: 'Models that can be downloaded, and how far downloads are',
        response: { 200: z.array(CatalogueModel) },
      },
      handler: async () => models.catalogue(),
    });

    app.route({
      method: 'GET',
      url: '/api/models/servers',
      config,
      schema: {
        tags: TAGS,
        summary: 'The other servers that run the default model; empty if it runs here',
        response: { 200: z.array(ModelServer) },
      },
      handler: async () => models.servers(),
    });

    app.route({
      method: 'GET',
      url: '/api/models/tasks',
      config,
      schema: {
        tags: TAGS,
        summary: 'The model used by each task other than class detection',
        response: { 200: z.array(TaskModelChoice) },
      },
      handler: async () => models.tasks(),
    });

    app.route({
      method: 'PUT',
      url: '/api/models/tasks/:task',
      config,
      schema: {
        tags: TAGS,
        summary: 'Choose the model that a task uses: `auto`, `off`, or its name',
        description: 'Survives a restart. Phrases of rules are recalibrated when their model changes.',
        params: z.object({ task: OtherModelTask }),
        body: ChooseModel,
        response: { 200: TaskModelChoice, ...problems(400, 404, 409, 413, 415, 422) },
      },
      handler: async ({ params, body }) => models.choose(params.task, body.choice),
    });

    app.route({
      method: 'POST',
      url: '/api/models/:name/pull',
      config,
      schema: {
        tags: TAGS,
        summary: 'Download a model of the catalogue; its checksums are verified',
        description:
          'Answers at once; `GET /api/models/catalogue` reports the progress. Downloads run one at a time. A model whose licence restricts its use needs `accept_licence`.',
        params: ByName,
        body: PullModel.nullish(),
        response: { 202: CatalogueModel, ...problems(400, 403, 404, 413, 415) },
      },
      handler: async ({ params, body }, reply) =>
        reply.code(202).send(await models.pull(params.name, { acceptLicence: body?.accept_licence ?? false })),
    });

    app.route({
      method: 'DELETE',
      url: '/api/models/:name/pull',
      config,
      schema: {
        tags: TAGS,
        summary: 'Stop a download; what has arrived is kept for the next',
        params: ByName,
        response: { 204: z.null().describe('Stopped, or there was none'), ...problems(404) },
      },
      handler: async ({ params }, reply) => {
        models.stopPull(params.name);
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'POST',
      url: '/api/models/:name/measure',
      config,
      schema: {
        tags: TAGS,
        summary: 'Measure how fast a model runs on this machine; it is loaded if necessary',
        params: ByName,
        response: { 200: ModelSpeed, ...problems(404, 422, 503) },
      },
      handler: async ({ params }) => models.measure(params.name),
    });

    app.route({
      method: 'POST',
      url: '/api/models/rollback',
      config,
      schema: {
        tags: TAGS,
        summary: 'Make the model the default that was it before',
        response: { 200: Model, ...problems(404, 409, 422, 503) },
      },
      handler: async () => models.rollBack(),
    });

    app.route({
      method: 'DELETE',
      url: '/api/models/:name/file',
      config,
      schema: {
        tags: TAGS,
        summary: 'Unload a model and remove its file or folder from the models folder',
        params: ByName,
        response: { 204: z.null().describe('Removed'), ...problems(404, 409, 503) },
      },
      handler: async ({ params }, reply) => {
        await models.remove(params.name);
        return reply.code(204).send(null);
      },
    });
  };
}
