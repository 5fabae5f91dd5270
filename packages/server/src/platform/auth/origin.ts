import { LookoutError } from '@lookout/protocol';
import { parseAuthority } from './addresses.js';
import { bearerOf, type GateRequest } from './gate-request.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what a foreign page sent, whoever's browser it came from.
 * @param options.framable the page may be shown in a frame, by whose pages its own policy says
 * @throws LookoutError `forbidden`
 */
export function checkOrigin(
  { method, headers, tls }: GateRequest,
  { framable = false }: { framable?: boolean } = {},
): void {
  // A key in the header is never sent by a browser on its own: nobody can be tricked into it.
  if (bearerOf(headers) !== undefined) return;
  const { origin, host } = headers;
  if (origin !== undefined && !sameSite(origin, host, tls)) {
    throw new LookoutError('forbidden', 'This request was sent by a page of another site', {
      hint: 'Open Lookout at its own address, or send an API key.',
    });
  }
  const site = headers['sec-fetch-site'];
  if (site !== 'cross-site') return;
  // A link to Lookout from elsewhere is fine; embedding or calling it from elsewhere is not.
  const isPage = headers['sec-fetch-dest'] === 'document' || (framable && headers['sec-fetch-dest'] === 'iframe');
  const isLink = headers['sec-fetch-mode'] === 'navigate' && isPage;
  if (!SAFE_METHODS.has(method) || !isLink) {
    throw new LookoutError('forbidden', 'This request was sent by a page of another site', {
      hint: 'Open Lookout at its own address, or send an API key.',
    });
  }
}

/**
 * Whether an `Origin` is the site the request went to. Where we speak TLS, a page over plain HTTP is another site: whoever sits on the
 * line wrote it. Else the scheme is left out, as a proxy may speak TLS for us.
 */
function sameSite(origin: string, host: string | undefined, tls: boolean): boolean {
  const [, scheme, authority] = /^(https?):\/\/(.+)$/i.exec(origin) ?? [];
  if (tls && scheme?.toLowerCase() !== 'https') return false;
  const from = parseAuthority(authority ?? '');
  const to = parseAuthority(host ?? '');
  // `https://name` and Host `name:443` are one; `http://name` leaves out port 80 on both sides.
  return from !== undefined && to !== undefined && stripDefaultPort(from.host) === stripDefaultPort(to.host);
}

function stripDefaultPort(host: string): string {
  return host.replace(/:(80|443)$/, '');
}
