import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { plainAddress } from '../../platform/auth/addresses.js';

export interface ConnectionLimits {
  readonly connections: number;
  readonly connections_per_address: number;
}

/**
 * Bounds TCP connections before a byte of them is read, so that peers who open them and say little (slowloris) use up neither
 * file descriptors nor memory. What is over a limit is cut without an answer: to read what it asks for would be what it is after.
 *
 * @param onRefused called for each connection that is cut.
 */
export function limitConnections(server: Server, limits: ConnectionLimits, onRefused: () => void): void {
  const perAddress = new Map<string, number>();
  let open = 0;
  server.prependListener('connection', (socket: Socket) => {
    const address = plainAddress(socket.remoteAddress);
    const count = (perAddress.get(address) ?? 0) + 1;
    open++;
    perAddress.set(address, count);
    socket.once('close', () => {
      open--;
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left > 0) perAddress.set(address, left);
      else perAddress.delete(address);
    });
    if (open <= limits.connections && count <= limits.connections_per_address) return;
    onRefused();
    socket.destroy();
  });
}
