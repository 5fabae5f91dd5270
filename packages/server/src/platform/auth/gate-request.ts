import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { plainAddress } from './addresses.js';

/** What the gate needs of a request; the same for plain requests and upgrades. */
export interface GateRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** Address of the TCP peer: the proxy's, if there is one. */
  readonly address: string;
  /** `'1.1'` or `'1.0'`. */
  readonly httpVersion: string;
  /** Whether the request came over our own TLS. */
  readonly tls: boolean;
  /** The user whom a proxy names that is believed, see `ProxyUsers`. */
  readonly proxied?: { readonly name: string; readonly groups: readonly string[] };
}

export function gateRequestOf({ method = 'GET', headers, httpVersion, socket }: IncomingMessage): GateRequest {
  return { method, headers, httpVersion, address: plainAddress(socket.remoteAddress), tls: 'encrypted' in socket };
}

/** Headers added by proxies, load balancers, CDNs and tunnels. Lower-case names, as Node reports them. */
const FORWARDING_HEADERS =
  /^(forwarded|via|cdn-loop|max-forwards|front-end-https|(x-|true-|fastly-|fly-|wl-proxy-|proxy-)?(client|cluster-client|remote|real|azure-client|appengine-user|proxyuser)-?ip|x-(scheme|url-scheme|ingress-path)|(x-(forwarded|original|real|envoy|proxy|accel|amzn|amz-cf|arr|vercel|nf|auth-request|authentik|webauth)|cf|proxy|remote|tailscale|ngrok)(-.*)?)$/;

/** Whether a proxy sent this request: it has a forwarding header, or uses HTTP/1.0, as nginx's bare `proxy_pass` does. */
export function wasForwarded({ headers, httpVersion }: Pick<GateRequest, 'headers' | 'httpVersion'>): boolean {
  if (httpVersion !== '1.1') return true;
  return Object.keys(headers).some((name) => FORWARDING_HEADERS.test(name));
}

/** The cookie of a browser session. Without `__Host-` prefix, which requires TLS: a proxy in front may not use it. */
export const SESSION_COOKIE = 'lookout_session';

/** The API key of a request, not verified. @param basic whether it may be the password of HTTP Basic authentication */
export function keyOf(headers: IncomingHttpHeaders, basic = false): string | undefined {
  return bearerOf(headers) ?? (basic ? passwordOf(headers) : undefined);
}

export function bearerOf(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer +([\w.~+/=-]{1,256})$/i.exec(headers.authorization ?? '')?.[1];
}

/** The password of HTTP Basic authentication; the user name is ignored. */
function passwordOf(headers: IncomingHttpHeaders): string | undefined {
  const encoded = /^Basic +([\w+/=-]{1,1024})$/i.exec(headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const credentials = Buffer.from(encoded, 'base64').toString();
  return credentials.slice(credentials.indexOf(':') + 1);
}

/** The browser session of a request, not verified. */
export function sessionOf(headers: IncomingHttpHeaders): string | undefined {
  return new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=(ls_[\\w-]{1,100})(?:;|$)`).exec(headers.cookie ?? '')?.[1];
}
