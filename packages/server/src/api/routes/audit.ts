import { AuditPage, AuditQuery } from '@lookout/protocol';
import type { FastifyPluginAsync } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { AuditLog } from '../../platform/auth/audit-log.js';
import { problems } from '../http/responses.js';

/** Who did what, for admins. */
export function auditRoutes(audit: AuditLog): FastifyPluginAsync {
  const routes: FastifyPluginAsyncZod = async (app) => {
    app.route({
      method: 'GET',
      url: '/api/audit',
      config: { permission: 'manage' },
      schema: {
        tags: ['users'],
        summary: 'Who did what, newest first',
        description:
          'Sign-ins, refused ones included, and changes of users, keys, cameras, rules, links, settings and models. It names fields, and never holds secrets or values. Kept: 10,000 entries of half a year, at most 2000 of them refused sign-ins.',
        querystring: AuditQuery,
        response: { 200: AuditPage, ...problems(400) },
      },
      handler: async ({ query }, reply) => {
        reply.header('Cache-Control', 'no-store');
        return audit.page(query);
      },
    });
  };
  return routes as FastifyPluginAsync;
}
