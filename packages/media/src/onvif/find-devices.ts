import { randomUUID } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { isForbidden, reachOf } from '../network/reach.js';
import { scopeOf, serviceAddress } from './own-host.js';
import { MAX_ANSWER_BYTES, PROBED_TYPES, type ProbeMatch, probeMessage, readProbeMatches } from './probe-message.js';

/** A device that answered a search. Its texts are its own: untrusted, one line of at most 100 characters. */
export interface OnvifDevice {
  /** Address of its ONVIF device service, on the host that answered. */
  address: string;
  /** IPv4 address that answered. */
  host: string;
  name: string | null;
  manufacturer: string | null;
  model: string | null;
  location: string | null;
}

export interface OnvifSearch {
  devices: OnvifDevice[];
  /** What was searched: networks such as `eth0 192.168.1.0/24`, or the host asked. */
  networks: string[];
  /** More devices answered than are listed. */
  truncated: boolean;
}

export interface FindDevicesOptions {
  /** Ask only this host, by name or IPv4 address. Default: everyone on the networks of this machine. */
  host?: string | undefined;
  /** Network interfaces to search, such as `eth0`. Default: all of this machine. */
  interfaces?: readonly string[] | undefined;
  /** How long to wait for answers, ms. Default 2500. */
  waitMs?: number;
  /** UDP port of WS-Discovery. Default 3702; tests have their own. */
  port?: number;
}

const GROUP = '239.255.255.250';
const PORT = 3702;
/** Half of it between the two searches: datagrams get lost, and some devices answer to one of them only. */
const DEFAULT_WAIT_MS = 2500;
/** Devices listed. Far more than a home or shop has; whoever has more uses the search for one host. */
export const MAX_DEVICES = 256;
/** Datagrams looked at: what is sent in a flood beyond that is dropped unread. */
const MAX_DATAGRAMS = 4096;

/**
 * Searches by WS-Discovery. Sends one datagram per network and kind of search, and nothing to the devices that answer. Never throws for what
 * others send.
 * @throws Error of the system if no network can be searched, or the host has no IPv4 address
 */
export async function findDevices({
  host,
  interfaces,
  waitMs = DEFAULT_WAIT_MS,
  port = PORT,
}: FindDevicesOptions = {}): Promise<OnvifSearch> {
  const target = host === undefined ? undefined : await lookup(host, { family: 4 });
  const networks = target ? [undefined] : localNetworks(interfaces);
  // A search stays in the local networks: whoever answers from outside was not asked.
  const found = new FoundDevices((from) => (target ? from === target.address : reachOf(from) !== 'public'));
  const sockets = await anyOf(networks.map((network) => openSocket(network?.address, found)));
  try {
    const messages = PROBED_TYPES.map((types) => ({ id: `urn:uuid:${randomUUID()}`, types }));
    found.messageIds = messages.map(({ id }) => id);
    for (const { id, types } of messages) {
      await anyOf(sockets.map((socket) => send(socket, probeMessage(id, types), port, target?.address ?? GROUP)));
      if (await found.wait(waitMs / messages.length, target !== undefined)) break;
    }
  } finally {
    for (const socket of sockets) socket.close();
  }
  return { ...found.result, networks: host === undefined ? networks.flatMap((each) => each?.label ?? []) : [host] };
}

/** Collects answers, each device once per address at which it answered. */
class FoundDevices {
  messageIds: string[] = [];
  readonly #mayAnswer: (address: string) => boolean;
  readonly #devices = new Map<string, OnvifDevice>();
  #datagrams = 0;
  #truncated = false;
  #onFirst: (() => void) | undefined;

  constructor(mayAnswer: (address: string) => boolean) {
    this.#mayAnswer = mayAnswer;
  }

  get result(): Pick<OnvifSearch, 'devices' | 'truncated'> {
    return { devices: [...this.#devices.values()], truncated: this.#truncated };
  }

  take(datagram: Buffer, { address }: RemoteInfo): void {
    if (++this.#datagrams > MAX_DATAGRAMS) {
      this.#truncated = true;
      return;
    }
    if (datagram.length > MAX_ANSWER_BYTES || isForbidden(address) || !this.#mayAnswer(address)) return;
    for (const match of readProbeMatches(datagram, this.messageIds)) this.#add(match, address);
    if (this.#devices.size > 0) this.#onFirst?.();
  }

  /** @param untilFirst whether the first device ends the wait. @returns whether one did. */
  wait(ms: number, untilFirst: boolean): Promise<boolean> {
    if (untilFirst && this.#devices.size > 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      if (!untilFirst) return;
      this.#onFirst = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  #add({ endpoint, xaddrs, scopes }: ProbeMatch, host: string): void {
    const address = serviceAddress(xaddrs, host);
    // By what it is and where: a device can't hide another by taking its name.
    const key = `${host} ${endpoint || address}`;
    if (this.#devices.has(key)) return;
    if (this.#devices.size >= MAX_DEVICES) {
      this.#truncated = true;
      return;
    }
    this.#devices.set(key, {
      address,
      host,
      name: scopeOf(scopes, 'name'),
      manufacturer: scopeOf(scopes, 'manufacturer') ?? scopeOf(scopes, 'mfr'),
      model: scopeOf(scopes, 'hardware'),
      location: scopeOf(scopes, 'location'),
    });
  }
}

async function openSocket(address: string | undefined, found: FoundDevices): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('message', (datagram, from) => found.take(datagram, from));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, address, resolve);
    });
    if (address !== undefined) socket.setMulticastInterface(address);
  } catch (error) {
    socket.close();
    throw error;
  }
  // What happens when sending is told there.
  socket.on('error', () => undefined);
  return socket;
}

function send(socket: Socket, message: Buffer, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(message, port, address, (error) => (error ? reject(error) : resolve()));
  });
}

/** What went well. @throws the first failure if nothing did: one interface without a route does not keep the others from being searched. */
async function anyOf<T>(attempts: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(attempts);
  const done = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failure = settled.find((each) => each.status === 'rejected');
  if (done.length === 0 && failure) throw failure.reason;
  return done;
}

/** The IPv4 networks of this machine: of these interfaces, or of all but its loopback, or its loopback where there is no other. */
function localNetworks(interfaces?: readonly string[]) {
  const all = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.filter(({ family }) => family === 'IPv4').map((each) => ({ ...each, name })),
  );
  const outside = all.filter(({ internal }) => !internal);
  const searched = interfaces
    ? all.filter(({ name }) => interfaces.includes(name))
    : outside.length > 0
      ? outside
      : all;
  return searched.map(({ name, address, ...rest }) => ({
    address,
    label: `${name} ${networkOf({ address, ...rest })}`,
  }));
}

/** @example networkOf({ address: '192.168.1.7', netmask: '255.255.255.0' }) // '192.168.1.0/24' */
function networkOf({ address, netmask, cidr }: Pick<NetworkInterfaceInfo, 'address' | 'netmask' | 'cidr'>): string {
  const mask = netmask.split('.').map(Number);
  const network = address.split('.').map((part, index) => Number(part) & (mask[index] ?? 0));
  return `${network.join('.')}/${cidr?.split('/')[1] ?? '32'}`;
}
