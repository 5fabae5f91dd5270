import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** Everything `write` sends on this socket leaves in as few packets as the kernel can make of it. */
export function corked(socket: WebSocket, write: () => void): void {
  // `ws` keeps the TCP socket to itself; without it the pair is merely sent in two writes.
  const tcp = (socket as unknown as { _socket?: Socket })._socket;
  tcp?.cork();
  try {
    write();
  } finally {
    tcp?.uncork();
  }
}
