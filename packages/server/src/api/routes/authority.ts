import { LookoutError } from '@lookout/protocol';
import type { FastifyPluginAsync } from 'fastify';
import { AUTHORITY_PATH } from '../../platform/tls/access.js';

/**
 * The certificate of the server's own authority, for phones to install. Public: it is no secret, and a phone that needs it can't
 * sign in without a warning yet. 404 if the owner provided a certificate, or without TLS.
 * | @param authority PEM
 */
export function authorityRoute(authority: () => string | undefined): FastifyPluginAsync {
  return async (app) => {
    app.get(AUTHORITY_PATH, { config: { permission: 'public' }, schema: { hide: true } }, async (_request, reply) => {
      const pem = authority();
      if (pem === undefined) throw new LookoutError('not_found', 'This server has no certificate authority of its own');
      return reply
        .type('application/x-x509-ca-cert')
        .header('Cache-Control', 'no-cache')
        .header('Content-Disposition', 'attachment; filename="lookout-ca.crt"')
        .send(pem);
    });
  };
}
