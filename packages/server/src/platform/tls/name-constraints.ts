import type { X509Certificate } from 'node:crypto';
import { isPublicIpv4 } from './machine-names.js';

/** `GeneralName` of a network in name constraints: address, then mask (RFC 5280, 4.2.1.10). */
export function permittedNetwork(address: readonly number[], bits: number): Buffer {
  return tagged(0x87, Buffer.from([...address, ...maskOf(address.length, bits)]));
}

/** `GeneralName` of one IPv4 address. */
export function permittedAddress(address: string): Buffer {
  return permittedNetwork(address.split('.').map(Number), 32);
}

/** Whether our authority may certify an address: a private one, or one in its constraints. */
export function vouchesFor(authority: X509Certificate, address: string): boolean {
  return !isPublicIpv4(address) || authority.raw.includes(permittedAddress(address));
}

/** Tag, length, content (X.690, definite form). */
export function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

/** `maskOf(4, 12)` → `[255, 240, 0, 0]` */
function maskOf(bytes: number, bits: number): number[] {
  return Array.from({ length: bytes }, (_, i) => (0xff00 >> Math.max(0, Math.min(8, bits - i * 8))) & 0xff);
}
