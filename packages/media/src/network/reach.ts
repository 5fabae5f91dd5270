import { BlockList, isIP } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { openFailure } from '../source/machine-error.js';

/** Who reaches an address, from everybody to programs on this machine alone. */
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
    // Shared by a provider's customers, and by private networks laid over others.
    ['100.64.0.0', 10],
    ['192.0.0.0', 24],
    ['198.18.0.0', 15],
    ['fc00::', 7],
    ['fec0::', 10],
  ],
};

/** Where clouds hand out a machine's secrets, and what is no single machine: nobody's answer leads there with good intent. */
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
 * @returns `machine` for what is no address; `private` for public ones of the networks that this machine is in: IPv6 gives them to
 *   cameras at home too.
 */
export function reachOf(address: string, interfaces = ownInterfaces()): Reach {
  const plain = plainAddress(address);
  const own = Object.values(interfaces).flatMap((list) => list ?? []);
  // What is sent to these never leaves the machine.
  if (isIP(plain) === 0 || own.some((one) => one.address === plain)) return 'machine';
  for (const [reach, list] of lists) if (contains(list, plain)) return reach;
  const networks = listOf(own.flatMap(({ cidr }) => (cidr === null ? [] : [subnetOf(cidr)])));
  return contains(networks, plain) ? 'private' : 'public';
}

/** Whether an answer of a camera may never lead to an address, wherever the camera is. */
export function isForbidden(address: string): boolean {
  return contains(forbidden, plainAddress(address));
}

/** Whether `a` is reached by fewer than `b`. */
export function isMorePrivate(a: Reach, b: Reach): boolean {
  return REACHES.indexOf(a) > REACHES.indexOf(b);
}

/** IPv4 in place of an IPv6 address that leads to it; without brackets and zone. */
function plainAddress(address: string): string {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (isIP(bare) !== 6) return bare;
  const groups = groupsOf(bare);
  const first = groups.slice(0, 6).join(':');
  // Mapped (RFC 4291), through NAT64 (RFC 6052) and 6to4 (RFC 3056); compatible ones are no longer in use.
  if (['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'].includes(first)) return ipv4Of(groups[6]!, groups[7]!);
  if (groups[0] === '2002') return ipv4Of(groups[1]!, groups[2]!);
  if (first === '0:0:0:0:0:0' && groups[6] !== '0') return ipv4Of(groups[6]!, groups[7]!);
  return bare;
}

/** The eight groups of an IPv6 address, in hexadecimal without leading zeros. */
function groupsOf(address: string): string[] {
  // A URL's host has one form only, without IPv4 at its end.
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

/** Without a file descriptor to ask with, it is what was known last. */
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
