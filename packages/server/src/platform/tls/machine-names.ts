import { isIP } from 'node:net';
import { hostname, type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** How others may call this machine. All are lower case, without duplicates. */
export interface MachineNames {
  /** Its own name, e.g. `studio`; `lookout` where it has none that a certificate may carry. */
  readonly host: string;
  /** `localhost`, its name, and its name in multicast DNS: `studio.local`. */
  readonly dns: readonly string[];
  /** Its addresses: loopback, then those that others most likely reach it by first. */
  readonly ips: readonly string[];
}

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** Most addresses of one machine that are looked at: some hold thousands for their containers. */
const MAX_ADDRESSES = 32;
/** Bridges and tunnels that lead to containers and virtual machines, where no phone is. */
const VIRTUAL_INTERFACE = /^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|cali|podman|tap|zt)/i;

/** The names and addresses of this machine now. */
export function machineNames(interfaces: Interfaces = networkInterfaces(), name: string = hostname()): MachineNames {
  const host = hostLabel(name);
  const dns = ['localhost', host, ...(host.includes('.') ? [] : [`${host}.local`])];
  return { host, dns, ips: ['127.0.0.1', '::1', ...lanAddresses(interfaces)] };
}

/**
 * The addresses a phone in the same network may reach this machine by, the likeliest first: private ones before public ones, those of
 * real interfaces before virtual ones, IPv4 before IPv6. Public IPv6 is left out: such addresses change by the day.
 */
export function lanAddresses(interfaces: Interfaces = networkInterfaces()): string[] {
  const found = Object.entries(interfaces).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter(
        ({ internal, address }) => !internal && (isPrivate(address) || (isIP(address) === 4 && !isLinkLocal(address))),
      )
      .map(({ address }) => ({ address: address.toLowerCase(), rank: rankOf(name, address) })),
  );
  found.sort((a, b) => a.rank - b.rank);
  return [...new Set(found.map(({ address }) => address))].slice(0, MAX_ADDRESSES);
}

/** Common name of this machine's certificate authority: what a phone lists it under. At most 64 characters (X.520). */
export function authorityName(host: string): string {
  return `Lookout on ${host}`.slice(0, 64);
}

/** Whether an address belongs to a private network: RFC 1918, carrier-grade NAT (as overlay networks use it), RFC 4193. */
export function isPrivate(address: string): boolean {
  if (isIP(address) === 6) return /^f[cd]/i.test(address);
  const [a = 0, b = 0] = address.split('.').map(Number);
  return a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 100 && b >= 64 && b < 128);
}

export function isPublicIpv4(address: string): boolean {
  return isIP(address) === 4 && !isPrivate(address) && !address.startsWith('127.');
}

/** An address a machine gave itself because it got none (RFC 3927). */
function isLinkLocal(address: string): boolean {
  return address.startsWith('169.254.');
}

function rankOf(name: string, address: string): number {
  const likely = /^(192\.168|10)\./.test(address) ? 0 : 1;
  const kind = isPrivate(address) ? (isIP(address) === 6 ? 2 : likely) : 3;
  return (VIRTUAL_INTERFACE.test(name) ? 4 : 0) + kind;
}

/** What a certificate may carry of a host's name: labels of letters, digits and inner dashes (RFC 1123). */
function hostLabel(name: string): string {
  const host = name.toLowerCase().replace(/\.local$/, '');
  const isValid =
    host.length <= 200 && /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/.test(host);
  return isValid && host !== 'localhost' ? host : 'lookout';
}
