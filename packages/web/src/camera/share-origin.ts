import type { SystemInfo } from '@lookout/protocol';

/** Where links lead, and what stands in a phone's way. */
export interface ShareOrigin {
  /** Without a slash at the end. */
  origin: string;
  /**
   * `none`: links work on phones, cameras too · `http`: phones can watch, but give their camera to HTTPS pages only · `this-machine`:
   * nobody else can come.
   */
  obstacle: 'none' | 'http' | 'this-machine';
}

/**
 * Links are for other devices, so they never lead to `localhost` where the server can be reached by another name.
 * @param pageOrigin of the page that shows the link
 * @param info of the server; undefined while it is not known
 */
export function shareOrigin(pageOrigin: string, info: Pick<SystemInfo, 'https' | 'lan_urls'> | undefined): ShareOrigin {
  const origin = isLoopback(new URL(pageOrigin).hostname) ? (info?.lan_urls[0] ?? pageOrigin) : pageOrigin;
  const { hostname, protocol } = new URL(origin);
  if (isLoopback(hostname)) return { origin, obstacle: 'this-machine' };
  return { origin, obstacle: protocol === 'https:' ? 'none' : 'http' };
}

/** Whether a host's name leads to the very machine it is used on. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127\./.test(hostname);
}
