import { isIP } from 'node:net';
import { LookoutError } from '@lookout/protocol';
import { isLoopbackHost, parseAuthority } from './addresses.js';
import type { GateRequest } from './gate-request.js';

/** The site that a passkey is made for and used at. */
export interface PasskeySite {
  /** The server's name in the browser's address bar: the relying party of WebAuthn. */
  readonly host: string;
  /** Of its pages. */
  readonly origins: string[];
}

/**
 * The site of a request. Its `Host` is what the browser's page was compared with, so a proxy that changes it lets no page in at all.
 * @throws LookoutError `conflict` for an IP address, for which browsers have no passkeys
 */
export function passkeySiteOf({ headers }: GateRequest): PasskeySite {
  const authority = parseAuthority(headers.host ?? '');
  if (!authority || isIP(authority.hostname.replace(/^\[(.*)\]$/, '$1')) > 0) {
    throw new LookoutError('conflict', 'Passkeys belong to a name, and this address has none', {
      hint: 'Open Lookout by a name, as https://lookout.example or http://localhost.',
    });
  }
  const { hostname, host } = authority;
  const secure = `https://${host.replace(/:443$/, '')}`;
  // Browsers have passkeys without HTTPS only for the machine itself.
  return { host: hostname, origins: isLoopbackHost(hostname) ? [secure, `http://${host}`] : [secure] };
}
