import { isIP, isIPv4 } from 'node:net';

/** `'::ffff:10.0.0.1'` → `'10.0.0.1'`, so that one client counts as one address, whichever family its socket has. */
export function plainAddress(address: string | undefined): string {
  return (address ?? 'unknown').replace(/^::ffff:(?=\d+\.)/i, '');
}

/** Whether an address to listen on, or a host name from a `Host` header (without port), is loopback. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (isIPv4(name)) return name.startsWith('127.');
  if (isIP(name) === 6) return name === '::1' || /^::ffff:127\./.test(name);
  // Browsers resolve *.localhost to loopback themselves (RFC 6761), so no foreign DNS server can claim it.
  return name === 'localhost' || name.endsWith('.localhost');
}

/** Name and port of a `Host` header or an origin's authority; undefined if malformed. */
export function parseAuthority(authority: string): { hostname: string; host: string } | undefined {
  if (!/^[\w.:[\]-]{1,255}$/.test(authority)) return undefined;
  const url = URL.canParse(`http://${authority}`) ? new URL(`http://${authority}`) : undefined;
  return url && url.pathname === '/' ? { hostname: url.hostname, host: url.host } : undefined;
}
