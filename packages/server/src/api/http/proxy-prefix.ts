import type { IncomingHttpHeaders } from 'node:http';

/** Segments of plain characters: it goes into pages. */
const PREFIX = /^(\/[\w~-][\w.~-]*)+\/?$/;

/**
 * The path under which a proxy serves this server, `/lookout`, as its `X-Forwarded-Prefix` or Home Assistant's `X-Ingress-Path` says;
 * empty where there is none.
 */
export function proxyPrefix(headers: IncomingHttpHeaders): string {
  const given = headers['x-forwarded-prefix'] ?? headers['x-ingress-path'];
  return typeof given === 'string' && given.length <= 256 && PREFIX.test(given) ? given.replace(/\/$/, '') : '';
}
