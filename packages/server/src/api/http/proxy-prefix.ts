import type { IncomingHttpHeaders } from 'node:http';

/** Plain segments only, since the prefix is inserted into pages. */
const PREFIX = /^(\/[\w~-][\w.~-]*)+\/?$/;

/**
 * The path prefix under which a proxy serves this server, e.g. `/lookout`, from `X-Forwarded-Prefix` or Home Assistant's
 * `X-Ingress-Path`; empty without one.
 */
export function proxyPrefix(headers: IncomingHttpHeaders): string {
  const given = headers['x-forwarded-prefix'] ?? headers['x-ingress-path'];
  return typeof given === 'string' && given.length <= 256 && PREFIX.test(given) ? given.replace(/\/$/, '') : '';
}
