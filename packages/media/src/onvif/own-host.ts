import { decodePercent } from '../source/credentials.js';

/** Where most devices have their ONVIF device service. */
const DEFAULT_PATH = '/onvif/device_service';
const MAX_TEXT = 100;

export interface OnOwnHost {
  /** The address, on the device's own host, without user and password. */
  url: URL;
  /** The host the device named instead of its own. */
  named?: string;
}

/**
 * An address that a device names, on the device's own host: devices behind a router, or after a move, name addresses that lead nowhere, and
 * a hostile one could name somebody else's. Port, path and query are kept.
 * @param host the device's, as it was reached: name or address, IPv6 in brackets
 * @returns undefined for anything that is not an address of one of these schemes
 */
export function onOwnHost(text: unknown, host: string, schemes: readonly string[]): OnOwnHost | undefined {
  if (typeof text !== 'string' || !URL.canParse(text.trim())) return undefined;
  const url = new URL(text.trim());
  if (!schemes.includes(url.protocol) || url.hostname === '') return undefined;
  url.username = '';
  url.password = '';
  const named = url.hostname;
  if (named.toLowerCase() === host.toLowerCase()) return { url };
  url.hostname = host;
  return { url, named };
}

/**
 * The address of a device's ONVIF service on the host that answered.
 * @param xaddrs those that it named; the one on its own host wins, for devices with several networks
 */
export function serviceAddress(xaddrs: readonly string[], host: string): string {
  const candidates = xaddrs.flatMap((xaddr) => onOwnHost(xaddr, host, ['http:', 'https:']) ?? []);
  const chosen = candidates.find(({ named }) => named === undefined) ?? candidates[0];
  return chosen?.url.href ?? `http://${host}${DEFAULT_PATH}`;
}

/** The address of a device that somebody typed: a host, with or without a port. @throws TypeError for anything else */
export function typedServiceAddress(text: string): URL {
  return new URL(`http://${text}${DEFAULT_PATH}`);
}

/** A text of a device, safe to show: one line, at most 100 characters. @returns null for none */
export function shownText(text: unknown): string | null {
  if (typeof text !== 'string' && typeof text !== 'number') return null;
  // Control characters, and those that turn the direction of text.
  const shown = String(text)
    .replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu, ' ')
    .trim();
  return shown === '' ? null : shown.slice(0, MAX_TEXT);
}

/** The last part of a scope (`onvif://www.onvif.org/name/Front%20door`) of this kind. @returns null for none */
export function scopeOf(scopes: readonly string[], kind: string): string | null {
  const prefix = `onvif://www.onvif.org/${kind}/`;
  const scope = scopes.find((each) => each.toLowerCase().startsWith(prefix));
  return scope === undefined ? null : shownText(decodePercent(scope.slice(prefix.length)).replace(/^.*\//, ''));
}
