import { LookoutError } from '@lookout/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseAuthority } from '../../platform/auth/addresses.js';
import { SESSION_COOKIE } from '../../platform/auth/gate-request.js';
import { SESSION_LIFETIME_MS } from '../../platform/auth/sessions.js';
import { proxyPrefix } from './proxy-prefix.js';

export function setSession(request: FastifyRequest, reply: FastifyReply, session: string): void {
  reply.setCookie(SESSION_COOKIE, session, { ...cookieOptions(request), maxAge: SESSION_LIFETIME_MS / 1000 });
}

export function clearSession(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(SESSION_COOKIE, cookieOptions(request));
}

/** Of all cookies here; below the path of a proxy. */
export function cookieOptions(request: FastifyRequest) {
  const path = `${proxyPrefix(request.headers)}/`;
  return { path, httpOnly: true, sameSite: 'strict', secure: isSecure(request) } as const;
}

/** The address under which the browser sees this server: `https://cam.example/lookout`. @throws LookoutError `bad_request` */
export function addressOf(request: FastifyRequest): string {
  const { host = '' } = request.headers;
  const authority = parseAuthority(host);
  if (!authority) throw new LookoutError('bad_request', 'Expected the name of this server in the header Host');
  return `${isSecure(request) ? 'https' : 'http'}://${authority.host}${proxyPrefix(request.headers)}`;
}

/** Whether TLS is used, by us or by a proxy in front. */
function isSecure({ protocol, headers }: FastifyRequest): boolean {
  return protocol === 'https' || headers['x-forwarded-proto'] === 'https';
}
