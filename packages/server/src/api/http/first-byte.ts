import type { Server, Socket } from 'node:net';

/** First byte of every TLS connection: a handshake record (RFC 8446, 5.1). Neither HTTP nor RTMP begins with it. */
const HANDSHAKE_RECORD = 0x16;
const FIRST_BYTE_TIMEOUT_MS = 10_000;

export interface FirstByteRoutes {
  /** The connection speaks TLS; it is paused, and its first bytes are still to be read. */
  onTls(socket: Socket): void;
  /** It does not. It is resumed once this has returned. */
  onPlain(socket: Socket): void;
}

/**
 * Passes each connection on by its first byte, so that one port serves a protocol with and without TLS.
 * | @returns closes the connections that have been accepted, silent ones included
 */
export function tellTlsApart(server: Server, { onTls, onPlain }: FirstByteRoutes): () => void {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    const destroy = () => socket.destroy();
    const timer = setTimeout(destroy, FIRST_BYTE_TIMEOUT_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      open.delete(socket);
    });
    socket.on('error', destroy);
    socket.once('data', (chunk: Buffer) => {
      clearTimeout(timer);
      socket.removeListener('error', destroy);
      socket.pause();
      socket.unshift(chunk);
      if (chunk[0] === HANDSHAKE_RECORD) onTls(socket);
      else {
        onPlain(socket);
        // Its listeners are attached and can receive the buffered data now.
        process.nextTick(() => socket.resume());
      }
    });
  });
  return () => {
    for (const socket of open) socket.destroy();
  };
}
