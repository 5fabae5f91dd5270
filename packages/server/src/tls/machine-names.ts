import { isIP } from 'node:net';
import { hostname, type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** How others may call this machine. All are lower case, without duplicates. */
export interface MachineNames {
  /** Its own name, e.g. `studio`; `lookout` where it has none that a certificate may carry. */
  readonly host: string;
  /** `localhost`, its name, and its name in multicast DNS: `studio.local`. */
  readonly dns: readonly string[];
  /** Its loopback and private addresses, those that others most likely reach it by first. */
  readonly ips: readonly string[];
}

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** Most addresses of one machine that are looked at: some hold thousands for their containers. */
const maxAddresses = 32;
/** Bridges and tunnels that lead to containers and virtual machines, where no phone is. */
const virtualInterface = /^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|cali|podman|tap|zt)/i;

/** The names and addresses of this machine now. */
export function machineNames(interfaces: Interfaces = networkInterfaces(), name: string = hostname()): MachineNames {
  const host = hostLabel(name);
  const dns = ['localhost', host, ...(host.includes('.') ? [] : [`${host}.local`])];
  return { host, dns, ips: ['127.0.0.1', '::1', ...lanAddresses(interfaces)] };
}

/**
 * The addresses a phone in the same network may reach this machine by: private ones, of real interfaces before virtual ones, IPv4
 * before IPv6. Public addresses are left out: whoever is reached from the Internet wants a certificate of a public authority.
 */
export function lanAddresses(interfaces: Interfaces = networkInterfaces()): string[] {
  const found = Object.entries(interfaces).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter(({ internal, address }) => !internal && isPrivate(address))
      .map(({ address }) => ({ address: address.toLowerCase(), rank: rankOf(name, address) })),
  );
  found.sort((a, b) => a.rank - b.rank);
  return [...new Set(found.map(({ address }) => address))].slice(0, maxAddresses);
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

function rankOf(name: string, address: string): number {
  const likely = /^(192\.168|10)\./.test(address) ? 0 : 1;
  return (virtualInterface.test(name) ? 4 : 0) + (isIP(address) === 6 ? 2 : likely);
}

/** What a certificate may carry of a host's name: labels of letters, digits and inner dashes (RFC 1123). */
function hostLabel(name: string): string {
  const host = name.toLowerCase().replace(/\.local$/, '');
  const isValid =
    host.length <= 200 && /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/.test(host);
  return isValid && host !== 'localhost' ? host : 'lookout';
}
