import { LookoutError } from '@lookout/protocol';
import { parseAuthority } from './addresses.js';
import { bearerOf, type GateRequest } from './gate-request.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Rejects requests sent by pages of other sites.
 * @param options.framable the page may be shown in a frame; its own policy says by which sites
 * @throws LookoutError `forbidden`
 */
export function checkOrigin(
  { method, headers, tls }: GateRequest,
  { framable = false }: { framable?: boolean } = {},
): void {
  // Browsers never send a key header on their own, so it can't be forged across sites.
  if (bearerOf(headers) !== undefined) return;
  const { origin, host } = headers;
  if (origin !== undefined && !sameSite(origin, host, tls)) {
    throw new LookoutError('forbidden', 'This request was sent by a page of another site', {
      hint: 'Open Lookout at its own address, or send an API key.',
    });
  }
  const site = headers['sec-fetch-site'];
  if (site !== 'cross-site') return;
  // Following a link to Lookout is fine; embedding or calling it from another site is not.
  const isPage = headers['sec-fetch-dest'] === 'document' || (framable && headers['sec-fetch-dest'] === 'iframe');
  const isLink = headers['sec-fetch-mode'] === 'navigate' && isPage;
  if (!SAFE_METHODS.has(method) || !isLink) {
    throw new LookoutError('forbidden', 'This request was sent by a page of another site', {
      hint: 'Open Lookout at its own address, or send an API key.',
    });
  }
}

/**
 * Whether an `Origin` is the site that the request was sent to. With our own TLS, a page over plain HTTP is another site, since
 * anyone on the network could have written it. Otherwise the scheme is ignored, as a proxy may terminate TLS.
 */
function sameSite(origin: string, host: string | undefined, tls: boolean): boolean {
  const [, scheme, authority] = /^(https?):\/\/(.+)$/i.exec(origin) ?? [];
  if (tls && scheme?.toLowerCase() !== 'https') return false;
  const from = parseAuthority(authority ?? '');
  const to = parseAuthority(host ?? '');
  // `https://name` equals Host `name:443`; `http://name` omits port 80 on both sides.
  return from !== undefined && to !== undefined && stripDefaultPort(from.host) === stripDefaultPort(to.host);
}

function stripDefaultPort(host: string): string {
  return host.replace(/:(80|443)$/, '');
}
