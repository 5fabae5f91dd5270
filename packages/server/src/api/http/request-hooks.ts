import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { plainAddress } from '../../platform/auth/addresses.js';
import type { Metrics } from '../../platform/metrics/metrics.js';

/**
 * No inline scripts, nothing from other sites. Inline styles are allowed, since component libraries set them at runtime.
 * @param frameAncestors sites that may show the page in a frame, in the policy's syntax
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
  // Links contain camera tokens, so no other site may see where a visitor came from.
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(self), geolocation=(), payment=()',
} as const;

const SECURITY_HEADERS_MAP = new Map(Object.entries(SECURITY_HEADERS));

/** The client's request id if it is safe to log, else a new one. */
export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

/** Installs security headers, request ids, and one log line and measurement per request. */
export function installRequestHooks(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onRequest', async (request, reply) => {
    // Set on the raw response, so that streams, which bypass Fastify, have them too.
    reply.raw.setHeaders(SECURITY_HEADERS_MAP);
    reply.raw.setHeader('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const { statusCode: status } = reply;
    // The pattern, never the URL: paths and queries may contain tokens.
    const route = request.routeOptions.url ?? 'unknown';
    metrics.observeRequest({ method, route, status, seconds: reply.elapsedTime / 1000 });
    const line = { method, route, status, ms: Math.round(reply.elapsedTime), address: plainAddress(request.ip) };
    if (status === 500) request.log.error(line, 'answered');
    // Something is unavailable, e.g. a camera, which has its own log lines.
    else if (status > 500) request.log.warn(line, 'answered');
    else if (method === 'GET' || method === 'HEAD') request.log.debug(line, 'answered');
    else request.log.info(line, 'answered');
  });
}
