import { CreatedWebhook, NewWebhook, Webhook, WebhookPatch, WebhookTestResult } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { WebhookService } from '../../pipeline/delivery/webhook-service.js';
import { proxyPrefix } from '../http/proxy-prefix.js';
import { problems } from '../http/responses.js';

const TAGS = ['webhooks'];
const CONFIG = { permission: 'manage' } as const;
const ById = z.strictObject({ id: z.string().min(1).max(64) });

/** Webhooks: list, add, change, remove, test. */
export function webhookRoutes(webhooks: WebhookService): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('Cache-Control', 'no-store');
    });

    app.route({
      method: 'GET',
      url: '/api/webhooks',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'List webhooks, without their secrets, with messages that wait and that failed',
        response: { 200: z.array(Webhook) },
      },
      handler: async () => webhooks.list(),
    });

    app.route({
      method: 'POST',
      url: '/api/webhooks',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'Add a webhook; only this answer contains its secret',
        description:
          'It may be on the internet or the home network. Hosts on this machine need an entry in `webhooks.allowed_hosts` of the settings.',
        body: NewWebhook,
        response: { 201: CreatedWebhook, ...problems(400, 409, 413, 415) },
      },
      handler: async (request, reply) => {
        const created = await webhooks.create(request.body);
        return reply
          .code(201)
          .header('Location', `${proxyPrefix(request.headers)}/api/webhooks/${created.id}`)
          .send(created);
      },
    });

    app.route({
      method: 'PATCH',
      url: '/api/webhooks/:id',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'Change a webhook; messages that wait are tried at once',
        params: ById,
        body: WebhookPatch,
        response: { 200: Webhook, ...problems(400, 404, 413, 415) },
      },
      handler: async ({ params, body }) => webhooks.update(params.id, body),
    });

    app.route({
      method: 'DELETE',
      url: '/api/webhooks/:id',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'Remove a webhook and the messages that wait for it',
        params: ById,
        response: { 204: z.null().describe('Removed'), ...problems(404) },
      },
      handler: async ({ params }, reply) => {
        await webhooks.remove(params.id);
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'POST',
      url: '/api/webhooks/:id/test',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'Send a test message now and tell what came of it',
        params: ById,
        response: { 200: WebhookTestResult, ...problems(404) },
      },
      handler: async ({ params }) => webhooks.test(params.id),
    });
  };
}
