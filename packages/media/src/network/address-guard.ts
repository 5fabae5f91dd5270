import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { LookoutError } from '@lookout/protocol/core';
import { isForbidden, isMorePrivate, type Reach, reachOf } from './reach.js';

export interface AddressLimits {
  /** The most private address that the camera itself may have. Default `machine`: any. */
  mostPrivate?: Reach;
  /** Ports on which this server listens: a camera on this machine may not redirect to the server's own feeds. */
  ownPorts?: readonly number[];
  /** Whether the camera's answers may lead to its own host only. Default false. */
  ownHostOnly?: boolean;
}

/** Target of a connection: the camera itself, or an address that its answer named. */
export interface Destination {
  /** Name or address, in brackets or not. */
  host: string;
  port: number;
  named: boolean;
}

/**
 * Decides what one attempt at a camera may connect to. The camera itself: up to `mostPrivate`. Addresses that its answers name (redirects,
 * playlists, keys): none more private than the camera's own, and never this server.
 *
 * Names are resolved here, and the connection goes to exactly the addresses that were checked.
 */
export class AddressGuard {
  readonly #ownPorts: readonly number[];
  readonly #ownHostOnly: boolean;
  #mostPrivate: Reach;
  #camera: { host: string; port: number } | undefined;

  constructor({ mostPrivate = 'machine', ownPorts = [], ownHostOnly = false }: AddressLimits = {}) {
    this.#mostPrivate = mostPrivate;
    this.#ownPorts = ownPorts;
    this.#ownHostOnly = ownHostOnly;
  }

  /** For another guard of the same camera, including in another thread. */
  get limits(): AddressLimits {
    return { mostPrivate: this.#mostPrivate, ownPorts: this.#ownPorts, ownHostOnly: this.#ownHostOnly };
  }

  /** The camera itself was reached at `address`. Later connections do not make it more private. */
  reached({ host, port }: Destination, address: string): void {
    this.#camera = { host, port };
    const reach = reachOf(address);
    if (isMorePrivate(this.#mostPrivate, reach)) this.#mostPrivate = reach;
  }

  /**
   * For the `lookup` of a connection.
   * @throws LookoutError `camera_refused` where the host may not be connected to.
   */
  lookupFor(destination: Destination): LookupFunction {
    if (this.#ownHostOnly && destination.named && destination.host !== this.#camera?.host) throw elsewhere(destination);
    const bare = destination.host.replace(/^\[|\]$/g, '');
    if (isIP(bare) !== 0 && !this.#allows(destination, bare)) throw refused(destination);
    return (hostname, options, callback) => {
      lookup(hostname, { ...options, all: true }, (error, addresses) => {
        if (error) return callback(error, []);
        const allowed = addresses.filter(({ address }) => this.#allows(destination, address));
        const first = allowed[0];
        if (first === undefined) callback(refused(destination), []);
        else if (options.all) callback(null, allowed);
        else callback(null, first.address, first.family);
      });
    };
  }

  /** Whether we may send to an `address` that the camera's answer named. */
  allowsNamed(address: string, port: number): boolean {
    return isIP(address) !== 0 && this.#allows({ host: address, port, named: true }, address);
  }

  #allows({ host, port, named }: Destination, address: string): boolean {
    const reach = reachOf(address);
    if (isMorePrivate(reach, this.#mostPrivate)) return false;
    if (!named) return true;
    if (isForbidden(address)) return false;
    const isCamera = host === this.#camera?.host && port === this.#camera.port;
    return isCamera || reach !== 'machine' || !this.#ownPorts.includes(port);
  }
}

function refused({ host, named }: Destination): LookoutError {
  if (!named)
    return new LookoutError('camera_refused', `Connections to ${host} are not allowed`, {
      hint: 'Only an administrator can add cameras on this machine or at special addresses.',
    });
  return new LookoutError(
    'camera_refused',
    `The camera leads to ${host}, which is more private than the camera itself`,
    {
      hint: 'If you trust it, add that address as the camera.',
    },
  );
}

function elsewhere({ host }: Destination): LookoutError {
  return new LookoutError('camera_refused', `The camera leads to ${host}, which is another host than its own`, {
    hint: 'If you trust it, add that address as the camera.',
  });
}
