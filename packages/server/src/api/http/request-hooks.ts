import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { plainAddress } from '../../platform/auth/addresses.js';
import type { Metrics } from '../../platform/metrics/metrics.js';

/**
 * No inline script, nothing from elsewhere. Styles may be inline: component libraries set them while they run.
 * @param frameAncestors whose pages may show this one in a frame, as the policy writes it
 */
export function contentSecurityPolicy(frameAncestors = "'none'"): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "worker-src 'self' blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    `frame-ancestors ${frameAncestors}`,
  ].join('; ');
}

export const SECURITY_HEADERS = {
  'content-security-policy': contentSecurityPolicy(),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Links hold camera tokens: nobody else shall see where a visitor came from.
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(self), geolocation=(), payment=()',
} as const;

const SECURITY_HEADERS_MAP = new Map(Object.entries(SECURITY_HEADERS));

/** A sender's own request id where it is harmless to log, else a new one. */
export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

/** Security headers, request ids, one log line and one measurement per request. */
export function installRequestHooks(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onRequest', async (request, reply) => {
    // On the response itself, so that streams, which write it past fastify, have them too.
    reply.raw.setHeaders(SECURITY_HEADERS_MAP);
    reply.raw.setHeader('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const { statusCode: status } = reply;
    // The pattern, never the URL: paths and queries may hold tokens.
    const route = request.routeOptions.url ?? 'unknown';
    metrics.observeRequest({ method, route, status, seconds: reply.elapsedTime / 1000 });
    const line = { method, route, status, ms: Math.round(reply.elapsedTime), address: plainAddress(request.ip) };
    if (status === 500) request.log.error(line, 'answered');
    // A camera or a part that is away, which its own log lines tell of.
    else if (status > 500) request.log.warn(line, 'answered');
    else if (method === 'GET' || method === 'HEAD') request.log.debug(line, 'answered');
    else request.log.info(line, 'answered');
  });
}
