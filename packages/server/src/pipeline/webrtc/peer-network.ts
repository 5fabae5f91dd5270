import { isIP } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { IceServer, PeerNetwork } from '@lookout/media';

export interface PeerNetworkSettings {
  /** The address the server listens on. */
  readonly host: string;
  readonly public_ip?: string | undefined;
  readonly udp_ports?: readonly [number, number] | undefined;
  readonly ice_servers: readonly IceServer[];
}

/** Machines with containers have dozens; each address takes a port of every session. */
const MAX_ADDRESSES = 4;
const LOOPBACK = '127.0.0.1';

/**
 * Where peers reach this server: at the addresses it listens on, and at `public_ip`. A server that listens on loopback only is reached from
 * this machine only.
 */
export function peerNetwork(
  { host, public_ip: publicIp, udp_ports: portRange, ice_servers: iceServers }: PeerNetworkSettings,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): PeerNetwork {
  const listening = listeningAddresses(host, interfaces);
  const [single] = listening;
  return {
    addresses: [...(publicIp !== undefined && !listening.includes(publicIp) ? [publicIp] : []), ...listening],
    // A public address belongs to the router in front: its packets arrive at one of ours.
    ...(listening.length === 1 && publicIp === undefined && { bindAddress: single }),
    ...(portRange && { portRange }),
    iceServers,
  };
}

function listeningAddresses(host: string, interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): string[] {
  if (host === 'localhost') return [LOOPBACK];
  if (isIP(host) !== 0 && host !== '0.0.0.0' && host !== '::') return [host];
  const found = Object.values(interfaces).flatMap((each) => each ?? []);
  const outward = found.filter(({ internal, address, family }) => {
    if (internal || (family === 'IPv6' && host === '0.0.0.0')) return false;
    return !/^(fe80:|169\.254\.)/i.test(address);
  });
  const addresses = outward.map(({ address }) => address).slice(0, MAX_ADDRESSES);
  return addresses.length > 0 ? addresses : [LOOPBACK];
}
