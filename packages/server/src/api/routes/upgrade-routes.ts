import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { sendProblem } from '../http/error-handling.js';
import { problem } from '../http/problem.js';
import { problems } from '../http/responses.js';
import { describeMessages } from '../openapi/described-messages.js';
import type { UpgradeRouter } from '../sockets/upgrade.js';

/**
 * The WebSocket endpoints as plain routes: described with the query that the upgrade checks, and answered by 426 when the
 * request does not ask for an upgrade.
 */
export const upgradeRoutes: FastifyPluginAsyncZod<{ router: UpgradeRouter }> = async (app, { router }) => {
  for (const { path, permission, query, summary, description, messages } of router.routes) {
    const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1]!);
    app.route({
      method: 'GET',
      url: path,
      config: { permission },
      schema: {
        tags: ['websocket'],
        summary,
        description: `WebSocket.${description ? ` ${description}` : ''}`,
        params: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))),
        querystring: query,
        ...describeMessages(messages),
        response: { 101: z.null().describe('The socket is open'), ...problems(400, 401, 403, 404, 426, 429) },
      },
      // Before the query is checked: without an upgrade, nothing else matters.
      preValidation: async (_request, reply) => {
        reply.header('Upgrade', 'websocket');
        return sendProblem(reply, problem('upgrade_required', 'This path speaks WebSocket only'));
      },
      handler: async () => null,
    });
  }
};
