import { LookoutError } from '@lookout/protocol/core';
import type { Credentials } from '../source/authenticator.js';
import { decodePercent } from '../source/credentials.js';

/** A parsed RTSP address. Credentials are kept separately, never in `requestUrl`. */
export interface RtspUrl {
  /** Host name or address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** `rtsps`: over TLS. */
  readonly secure: boolean;
  /** Sent on the request line. */
  readonly requestUrl: string;
  readonly credentials: Credentials | undefined;
  /** The address came from a response of the camera. */
  readonly named: boolean;
}

const DEFAULT_PORTS: Record<string, number> = { 'rtsp:': 554, 'rtsps:': 322 };

/**
 * Parses an `rtsp://[user:password@]host[:port]/path[?query]` or `rtsps://` address.
 * @throws LookoutError `validation_failed`; the message never repeats the address, which may contain a password.
 */
export function parseRtspUrl(text: string): RtspUrl {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new LookoutError('validation_failed', 'Expected an address like rtsp://host:554/path');
  }
  const defaultPort = DEFAULT_PORTS[url.protocol];
  if (defaultPort === undefined) {
    throw new LookoutError(
      'validation_failed',
      `Expected an rtsp:// or rtsps:// address, got the scheme ${url.protocol}`,
    );
  }
  if (url.hostname === '') throw new LookoutError('validation_failed', 'The RTSP address has no host');
  const port = url.port === '' ? defaultPort : Number(url.port);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    secure: url.protocol === 'rtsps:',
    requestUrl: `${url.protocol}//${url.host}${url.pathname}${url.search}`,
    credentials:
      url.username === '' && url.password === ''
        ? undefined
        : { username: decodePercent(url.username), password: decodePercent(url.password) },
    named: false,
  };
}

/** The URL that control URLs are relative to (RFC 2326 §C.1.1): Content-Base, then Content-Location, then the request. */
export function baseUrl(requestUrl: string, contentBase?: string, contentLocation?: string): string {
  for (const candidate of [contentBase, contentLocation]) {
    // Some servers write the scheme twice.
    const value = (candidate?.trim() ?? '').replace(/^(?:rtsps?:\/\/)+(?=rtsps?:\/\/)/i, '');
    if (isAbsolute(value)) return value;
  }
  return requestUrl;
}

/**
 * URLs to try for SETUP of a track, the likeliest first. Servers disagree with RFC 1808 and with each other: nearly all want the control
 * appended to the base as text, even after a query string; some want it at the end of the path.
 */
export function controlUrls(base: string, control: string | undefined): string[] {
  const value = control?.trim() ?? '';
  if (value === '' || value === '*') return [base];
  if (isAbsolute(value)) return [value];
  const relative = value.replace(/^\//, '');
  const urls = [join(base, relative)];
  const query = base.indexOf('?');
  if (query >= 0) urls.push(join(base.slice(0, query), relative) + base.slice(query).replace(/\/$/, ''));
  return urls;
}

/** What to try last for SETUP: the address that answered DESCRIBE, for cameras that give a wrong base or control. */
export function ownSetupUrl(requestUrl: string, control: string | undefined, tried: readonly string[]): string {
  const [own = requestUrl] = controlUrls(requestUrl, control);
  return isAbsolute(control?.trim() ?? '') || tried.includes(own) ? requestUrl : own;
}

function isAbsolute(url: string): boolean {
  return /^rtsps?:\/\/[^/]/i.test(url);
}

function join(base: string, relative: string): string {
  return base.endsWith('/') || relative.startsWith('?') ? base + relative : `${base}/${relative}`;
}
