import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { plainAddress } from '../../platform/auth/addresses.js';
import { AddressLimit } from './address-limit.js';

export interface ConnectionLimits {
  readonly connections: number;
  readonly connections_per_address: number;
}

/**
 * Bounds TCP connections before a byte of them is read, so that peers who open them and say little (slowloris) use up neither
 * file descriptors nor memory. A connection over a limit is cut without an answer: reading its request is what an attacker wants.
 *
 * @param onRefused called for each connection that is cut.
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
