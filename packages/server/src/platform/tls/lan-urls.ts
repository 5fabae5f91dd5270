import type { AddressInfo } from 'node:net';
import { isIP } from 'node:net';
import { isLoopbackHost } from '../auth/addresses.js';
import { lanAddresses } from './machine-names.js';

/** More would not help someone typing one into a phone. */
const MAX_URLS = 4;

/**
 * Addresses at which other devices in the network reach this server, e.g. `https://192.168.1.7:8080`, most likely first.
 * | @param listening the server's `address()`
 * @param machine the machine's private addresses, most likely first
 * @returns empty if the server listens on loopback or not at all
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

/** The machine's addresses that a listening address covers: `0.0.0.0` is all of IPv4, `::` all. */
function reachable(address: string, machine: readonly string[]): readonly string[] {
  if (address === '::') return machine;
  return address === '0.0.0.0' ? machine.filter((ip) => isIP(ip) === 4) : [address];
}
