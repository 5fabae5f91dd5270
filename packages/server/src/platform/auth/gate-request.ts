import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { plainAddress } from './addresses.js';

/** What the gate looks at: the same of a plain request and of an upgrade. */
export interface GateRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** Of the peer of the TCP connection: behind a proxy, the proxy's. */
  readonly address: string;
  /** `'1.1'` or `'1.0'`. */
  readonly httpVersion: string;
  /** Whether it came over TLS that we speak ourselves. */
  readonly tls: boolean;
}

export function gateRequestOf({ method = 'GET', headers, httpVersion, socket }: IncomingMessage): GateRequest {
  return { method, headers, httpVersion, address: plainAddress(socket.remoteAddress), tls: 'encrypted' in socket };
}

/** Headers that proxies, load balancers, CDNs and tunnels add. Names in lower case, as Node gives them. */
const FORWARDING_HEADERS =
  /^(forwarded|via|cdn-loop|max-forwards|front-end-https|(x-|true-|fastly-|fly-|wl-proxy-|proxy-)?(client|cluster-client|remote|real|azure-client|appengine-user|proxyuser)-?ip|x-(scheme|url-scheme|ingress-path)|(x-(forwarded|original|real|envoy|proxy|accel|amzn|amz-cf|arr|vercel|nf|auth-request|authentik|webauth)|cf|proxy|remote|tailscale|ngrok)(-.*)?)$/;

/** Whether a proxy sent this: a header says so, or HTTP/1.0, which is what nginx's bare `proxy_pass` speaks. */
export function wasForwarded({ headers, httpVersion }: Pick<GateRequest, 'headers' | 'httpVersion'>): boolean {
  if (httpVersion !== '1.1') return true;
  return Object.keys(headers).some((name) => FORWARDING_HEADERS.test(name));
}
