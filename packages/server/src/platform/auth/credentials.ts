import type { IncomingHttpHeaders } from 'node:http';

/** The cookie of a browser session. No `__Host-` prefix: that needs TLS, which the proxy before the server may or may not have. */
export const SESSION_COOKIE = 'lookout_session';

/** The API key of a request, as it was given. @param basic whether it may be the password of HTTP Basic authentication */
export function keyOf(headers: IncomingHttpHeaders, basic = false): string | undefined {
  return bearerOf(headers) ?? (basic ? passwordOf(headers) : undefined);
}

export function bearerOf(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer +([\w.~+/=-]{1,256})$/i.exec(headers.authorization ?? '')?.[1];
}

/** The password of HTTP Basic authentication, whoever the user is. */
function passwordOf(headers: IncomingHttpHeaders): string | undefined {
  const encoded = /^Basic +([\w+/=-]{1,1024})$/i.exec(headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const credentials = Buffer.from(encoded, 'base64').toString();
  return credentials.slice(credentials.indexOf(':') + 1);
}

/** The browser session of a request, as it was given. */
export function sessionOf(headers: IncomingHttpHeaders): string | undefined {
  return new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=(ls_[\\w-]{1,100})(?:;|$)`).exec(headers.cookie ?? '')?.[1];
}
