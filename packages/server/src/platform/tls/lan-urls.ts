import type { AddressInfo } from 'node:net';
import { isIP } from 'node:net';
import { isLoopbackHost } from '../auth/addresses.js';
import { lanAddresses } from './machine-names.js';

/** More are of no help to whoever types one into a phone. */
const MAX_URLS = 4;

/**
 * Where others in the same network find this server, e.g. `https://192.168.1.7:8080`; the likeliest first.
 *
 * @param listening what a server's `address()` says.
 * @param machine the machine's private addresses, the likeliest first.
 * @returns none where it listens on loopback, or not at all.
 */
export function lanUrls(
  listening: AddressInfo | string | null,
  https: boolean,
  machine: readonly string[] = lanAddresses(),
): string[] {
  if (listening === null || typeof listening === 'string' || isLoopbackHost(listening.address)) return [];
  const { address, port } = listening;
  return reachable(address, machine)
    .slice(0, MAX_URLS)
    .map((ip) => {
      const url = new URL(`${https ? 'https' : 'http'}://${isIP(ip) === 6 ? `[${ip}]` : ip}`);
      url.port = String(port);
      return url.origin;
    });
}

/** Those of the machine's addresses that a server reaches by listening on one; `0.0.0.0` is all of IPv4, `::` all there are. */
function reachable(address: string, machine: readonly string[]): readonly string[] {
  if (address === '::') return machine;
  return address === '0.0.0.0' ? machine.filter((ip) => isIP(ip) === 4) : [address];
}
