import { BlockList, isIP } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { openFailure } from '../source/machine-error.js';

/** Who can reach an address, from everybody to programs on this machine only. */
export const REACHES = ['public', 'private', 'link-local', 'machine'] as const;
export type Reach = (typeof REACHES)[number];

type Subnet = readonly [network: string, prefix: number];

const SUBNETS: Readonly<Record<Exclude<Reach, 'public'>, readonly Subnet[]>> = {
  machine: [
    ['0.0.0.0', 8],
    ['127.0.0.0', 8],
    ['::', 127],
  ],
  'link-local': [
    ['169.254.0.0', 16],
    ['fe80::', 10],
  ],
  private: [
    ['10.0.0.0', 8],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    // Shared by a provider's customers, and by overlay networks.
    ['100.64.0.0', 10],
    ['192.0.0.0', 24],
    ['198.18.0.0', 15],
    ['fc00::', 7],
    ['fec0::', 10],
  ],
};

/** Where clouds serve a machine's secrets, and addresses that are not a single machine: no honest answer leads there. */
const FORBIDDEN: readonly Subnet[] = [
  ['169.254.169.254', 32],
  ['169.254.170.2', 32],
  ['168.63.129.16', 32],
  ['100.100.100.200', 32],
  ['fd00:ec2::254', 128],
  ['224.0.0.0', 3],
  ['ff00::', 8],
];

const lists = new Map(Object.entries(SUBNETS).map(([reach, subnets]) => [reach as Reach, listOf(subnets)]));
const forbidden = listOf(FORBIDDEN);
let lastInterfaces = networkInterfaces();

/**
 * @param address IPv4 or IPv6. @param interfaces of this machine.
 * @returns `machine` for anything that is not an address; `private` for public addresses in this machine's own networks, since with IPv6
 *    cameras at home have public addresses too.
 */
export function reachOf(address: string, interfaces = ownInterfaces()): Reach {
  const plain = plainAddress(address);
  const own = Object.values(interfaces).flatMap((list) => list ?? []);
  // Packets to these never leave the machine.
  if (isIP(plain) === 0 || own.some((one) => one.address === plain)) return 'machine';
  for (const [reach, list] of lists) if (contains(list, plain)) return reach;
  const networks = listOf(own.flatMap(({ cidr }) => (cidr === null ? [] : [subnetOf(cidr)])));
  return contains(networks, plain) ? 'private' : 'public';
}

/** Whether a camera's answer may never lead to an address, wherever the camera is. */
export function isForbidden(address: string): boolean {
  return contains(forbidden, plainAddress(address));
}

/** Whether fewer can reach `a` than `b`. */
export function isMorePrivate(a: Reach, b: Reach): boolean {
  return REACHES.indexOf(a) > REACHES.indexOf(b);
}

/** The IPv4 address that an IPv6 address leads to, if any; without brackets and zone. */
function plainAddress(address: string): string {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (isIP(bare) !== 6) return bare;
  const groups = groupsOf(bare);
  const first = groups.slice(0, 6).join(':');
  // Mapped (RFC 4291), through NAT64 (RFC 6052) and 6to4 (RFC 3056). Compatible addresses are no longer in use.
  if (['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'].includes(first)) return ipv4Of(groups[6]!, groups[7]!);
  if (groups[0] === '2002') return ipv4Of(groups[1]!, groups[2]!);
  if (first === '0:0:0:0:0:0' && groups[6] !== '0') return ipv4Of(groups[6]!, groups[7]!);
  return bare;
}

/** The eight groups of an IPv6 address, in hexadecimal without leading zeros. */
function groupsOf(address: string): string[] {
  // A URL's host has a single form, without IPv4 at its end.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after];
}

function ipv4Of(high: string, low: string): string {
  const [a, b] = [high, low].map((group) => Number.parseInt(group, 16)) as [number, number];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}

/** When no file descriptor is left to ask the system with, returns the last known ones. */
function ownInterfaces(): NodeJS.Dict<NetworkInterfaceInfo[]> {
  try {
    lastInterfaces = networkInterfaces();
  } catch (error) {
    if (openFailure() === undefined) throw error;
  }
  return lastInterfaces;
}

function subnetOf(cidr: string): Subnet {
  const [network = '', prefix] = cidr.split('/');
  return [network, Number(prefix)];
}

function listOf(subnets: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, isIP(network) === 6 ? 'ipv6' : 'ipv4');
  return list;
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
