import type { Server, Socket } from 'node:net';
import { plainAddress } from '../../platform/auth/addresses.js';

/** Counts open items by address and in total, up to a limit for each. */
export class AddressLimit {
  readonly #max: number;
  readonly #maxPerAddress: number;
  readonly #perAddress = new Map<string, number>();
  #total = 0;

  constructor(max: number, maxPerAddress: number) {
    this.#max = max;
    this.#maxPerAddress = maxPerAddress;
  }

  get total(): number {
    return this.#total;
  }

  /** @returns the limit that adding `count` would exceed; nothing is added then */
  add(address: string, count = 1): 'address' | 'total' | undefined {
    const ofAddress = (this.#perAddress.get(address) ?? 0) + count;
    if (ofAddress > this.#maxPerAddress) return 'address';
    if (this.#total + count > this.#max) return 'total';
    this.#total += count;
    this.#perAddress.set(address, ofAddress);
    return undefined;
  }

  /** Subtracts what was added. */
  remove(address: string, count = 1): void {
    this.#total -= count;
    const left = (this.#perAddress.get(address) ?? 0) - count;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
  }
}

export interface ConnectionLimits {
  readonly connections: number;
  readonly connections_per_address: number;
}

/**
 * Limits TCP connections before anything is read from them, so that clients that open many and send little (slowloris) exhaust
 * neither file descriptors nor memory. A connection over the limit is closed without a response: reading its request is what an
 * attacker wants.
 * | @param onRefused called for each refused connection
 */
export function limitConnections(server: Server, limits: ConnectionLimits, onRefused: () => void): void {
  const open = new AddressLimit(limits.connections, limits.connections_per_address);
  server.prependListener('connection', (socket: Socket) => {
    const address = plainAddress(socket.remoteAddress);
    if (open.add(address) === undefined) {
      socket.once('close', () => open.remove(address));
    } else {
      onRefused();
      socket.destroy();
    }
  });
}
