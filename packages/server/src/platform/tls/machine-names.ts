import { isIP } from 'node:net';
import { hostname, type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** Names of this machine, lower case, without duplicates. */
export interface MachineNames {
  /** Its own name, e.g. `studio`; `lookout` if it has none that is valid in a certificate. */
  readonly host: string;
  /** `localhost`, its name, and its multicast DNS name: `studio.local`. */
  readonly dns: readonly string[];
  /** Loopback addresses, then those that other devices use, most likely first. */
  readonly ips: readonly string[];
}

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** Maximum addresses considered: some machines have thousands for their containers. */
const MAX_ADDRESSES = 32;
/** Bridges and tunnels to containers and virtual machines, which phones can't reach. */
const VIRTUAL_INTERFACE = /^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|cali|podman|tap|zt)/i;

/** The current names and addresses of this machine. */
export function machineNames(interfaces: Interfaces = networkInterfaces(), name: string = hostname()): MachineNames {
  const host = hostLabel(name);
  const dns = ['localhost', host, ...(host.includes('.') ? [] : [`${host}.local`])];
  return { host, dns, ips: ['127.0.0.1', '::1', ...lanAddresses(interfaces)] };
}

/**
 * Addresses at which a phone in the same network may reach this machine, most likely first: private before public, real
 * interfaces before virtual ones, IPv4 before IPv6. Public IPv6 addresses are omitted, since they change daily.
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

/** Common name of this machine's certificate authority, under which phones list it. At most 64 characters (X.520). */
export function authorityName(host: string): string {
  return `Lookout on ${host}`.slice(0, 64);
}

/** Whether an address is in a private network: RFC 1918, carrier-grade NAT (used by overlay networks), RFC 4193. */
export function isPrivate(address: string): boolean {
  if (isIP(address) === 6) return /^f[cd]/i.test(address);
  const [a = 0, b = 0] = address.split('.').map(Number);
  return a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 100 && b >= 64 && b < 128);
}

export function isPublicIpv4(address: string): boolean {
  return isIP(address) === 4 && !isPrivate(address) && !address.startsWith('127.');
}

/** Self-assigned address (RFC 3927). */
function isLinkLocal(address: string): boolean {
  return address.startsWith('169.254.');
}

function rankOf(name: string, address: string): number {
  const likely = /^(192\.168|10)\./.test(address) ? 0 : 1;
  const kind = isPrivate(address) ? (isIP(address) === 6 ? 2 : likely) : 3;
  return (VIRTUAL_INTERFACE.test(name) ? 4 : 0) + kind;
}

/** The host name in a form valid for certificates: labels of letters, digits and inner dashes (RFC 1123). */
function hostLabel(name: string): string {
  const host = name.toLowerCase().replace(/\.local$/, '');
  const isValid =
    host.length <= 200 && /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/.test(host);
  return isValid && host !== 'localhost' ? host : 'lookout';
}
