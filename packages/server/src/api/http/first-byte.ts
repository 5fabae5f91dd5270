import type { Server, Socket } from 'node:net';
import { offersPeerLink } from '../../platform/cluster/client-hello.js';

/** First byte of every TLS connection: a handshake record (RFC 8446, 5.1). Neither HTTP nor RTMP begins with it. */
const HANDSHAKE_RECORD = 0x16;
/** ICE over TCP begins with the length of a check (RFC 4571), of fewer than 512 bytes. Neither TLS nor HTTP begins so. */
const MAX_ICE_BYTE = 1;
const FIRST_BYTE_TIMEOUT_MS = 10_000;

/** Where connections go. Those of ICE and TLS are paused; their first bytes are still to be read. */
export interface FirstByteRoutes {
  readonly onTls?: (socket: Socket) => void;
  /** Those of TLS that come from another node. */
  readonly onPeer?: ((socket: Socket) => void) | undefined;
  readonly onIce?: ((socket: Socket) => void) | undefined;
  /** All others. It is resumed once this has returned. */
  onPlain(socket: Socket): void;
}

/**
 * Passes each connection on by its first byte, so that one port serves several protocols.
 * | @returns closes the connections that have been accepted, silent ones included
 */
export function routeByFirstByte(server: Server, { onTls, onPeer, onIce, onPlain }: FirstByteRoutes): () => void {
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
      const [first = 0] = chunk;
      if (onPeer && offersPeerLink(chunk)) {
        onPeer(socket);
        return;
      }
      if (onTls && first === HANDSHAKE_RECORD) {
        onTls(socket);
        return;
      }
      if (onIce && first <= MAX_ICE_BYTE) onIce(socket);
      else onPlain(socket);
      // Its listeners are attached and can receive the buffered data now.
      process.nextTick(() => socket.resume());
    });
  });
  return () => {
    for (const socket of open) socket.destroy();
  };
}

interface HttpServer extends Server {
  closeAllConnections(): void;
}

/**
 * The same for a server of HTTP or HTTPS, which gets its connections after their first byte was seen.
 * | @param routes made with what hands a connection to the server itself
 */
export function routeOwnByFirstByte(
  server: HttpServer,
  routes: (own: (socket: Socket) => void) => FirstByteRoutes,
): void {
  const [listener] = server.listeners('connection') as Array<(socket: Socket) => void>;
  if (!listener) throw new TypeError('Expected the server to listen to connections');
  server.removeAllListeners('connection');
  const closeSockets = routeByFirstByte(
    server,
    routes((socket) => listener.call(server, socket)),
  );
  // Also closes connections that are silent, of other protocols or in the middle of a handshake.
  const closeAll = server.closeAllConnections.bind(server);
  server.closeAllConnections = () => {
    closeAll();
    closeSockets();
  };
}
