import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { LookoutError } from '@lookout/protocol';
import { isForbidden, isMorePrivate, type Reach, reachOf } from './reach.js';

export interface AddressLimits {
  /** How private the camera itself may be. Default `machine`: anything. */
  mostPrivate?: Reach;
  /** Ports on which this server listens: a camera on this machine may not lead to its feeds. */
  ownPorts?: readonly number[];
}

/** Where a connection is to go: to the camera itself, or to what its answer named. */
export interface Destination {
  /** Name or address, in brackets or not. */
  host: string;
  port: number;
  named: boolean;
}

/**
 * Decides what one camera's attempt may connect to. The camera itself: as far as `mostPrivate`. What its answers name (redirects,
 * playlists, keys): nothing more private than where the camera itself was reached, and never this server.
 *
 * Names are resolved here and the connection goes to the very addresses that were looked at.
 */
export class AddressGuard {
  readonly #ownPorts: readonly number[];
  #mostPrivate: Reach;
  #camera: { host: string; port: number } | undefined;

  constructor({ mostPrivate = 'machine', ownPorts = [] }: AddressLimits = {}) {
    this.#mostPrivate = mostPrivate;
    this.#ownPorts = ownPorts;
  }

  /** For another guard of the same camera, also in another thread. */
  get limits(): AddressLimits {
    return { mostPrivate: this.#mostPrivate, ownPorts: this.#ownPorts };
  }

  /** The camera itself was reached at `address`. It does not get more private later. */
  reached({ host, port }: Destination, address: string): void {
    this.#camera = { host, port };
    const reach = reachOf(address);
    if (isMorePrivate(this.#mostPrivate, reach)) this.#mostPrivate = reach;
  }

  /**
   * For the `lookup` of a connection.
   * @throws LookoutError `camera_refused` where the host is an address that may not be connected to.
   */
  lookupFor(destination: Destination): LookupFunction {
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

  /** Whether the camera's answer may have us send to `address`. */
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
      hint: 'Cameras on this machine and at special addresses can be added by an administrator only.',
    });
  return new LookoutError(
    'camera_refused',
    `The camera leads to ${host}, which is more private than the camera itself`,
    {
      hint: 'If you trust it, add that address as the camera.',
    },
  );
}
