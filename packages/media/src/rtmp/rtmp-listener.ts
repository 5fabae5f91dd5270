import type { Server, Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import {
  type PublishAnswer,
  RtmpConnection,
  type RtmpConnectionEnd,
  type RtmpPublication,
  type RtmpPublisherInfo,
  type RtmpSink,
  type RtmpTimeouts,
} from './rtmp-connection.js';
import type { RtmpEnd } from './rtmp-error.js';

export interface RtmpListenerOptions {
  /** Checks the key, before any media is taken. Also decides about a second publisher of the same key. */
  authorize(key: string, info: RtmpPublisherInfo): PublishAnswer | Promise<PublishAnswer>;
  /** An accepted publisher that is still connected. */
  onPublish(publication: RtmpPublication): RtmpSink;
  /** Called once for every connection. */
  onConnectionEnd?(end: RtmpConnectionEnd): void;
  /** Further connections are closed at once. Default 64. */
  maxConnections?: number;
  timeouts?: Partial<RtmpTimeouts>;
}

const DEFAULT_MAX_CONNECTIONS = 64;
const DEFAULT_TIMEOUTS: RtmpTimeouts = {
  publishTimeoutMs: 10_000,
  idleTimeoutMs: 15_000,
  videoTimeoutMs: 60_000,
  lingerMs: 1000,
};

/**
 * Accepts RTMP publishers on a server socket (RTMPS on one of `node:tls`). The caller listens and closes the socket; nothing that a
 * client does throws out of here.
 *
 * ```ts
 * const server = createServer();
 * const listener = new RtmpListener(server, { authorize: (key) => check(key), onPublish: (publication) => openSink(publication) });
 * server.listen(1935);
 * // …
 * server.close();
 * await listener.close();
 * ```
 */
export class RtmpListener {
  readonly #options: RtmpListenerOptions;
  readonly #maxConnections: number;
  readonly #timeouts: RtmpTimeouts;
  readonly #connections = new Set<RtmpConnection>();
  #isClosed = false;

  constructor(server: Server, options: RtmpListenerOptions) {
    this.#options = options;
    this.#maxConnections = options.maxConnections ?? DEFAULT_MAX_CONNECTIONS;
    this.#timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    const event = server instanceof TlsServer ? 'secureConnection' : 'connection';
    server.on(event, (socket: Socket) => this.#add(socket));
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Ends all connections, and takes no further ones. Resolves when they are closed. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const connections = [...this.#connections];
    for (const connection of connections) connection.end('closed', 'The server is shutting down');
    await Promise.all(connections.map((connection) => connection.closed));
  }

  #add(socket: Socket): void {
    if (socket.destroyed) return; // refused by another listener of the server, such as a limit per address
    const refusal = this.#refusal();
    if (refusal) {
      const address = socket.remoteAddress ?? '';
      socket.destroy();
      this.#options.onConnectionEnd?.({ ...refusal, address, receivedBytes: 0 });
      return;
    }
    const connection = new RtmpConnection(socket, {
      ...this.#timeouts,
      authorize: (key, info) => this.#options.authorize(key, info),
      onPublish: (publication) => this.#options.onPublish(publication),
      onEnd: (end) => this.#options.onConnectionEnd?.(end),
    });
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
  }

  #refusal(): RtmpEnd | undefined {
    if (this.#isClosed) return { reason: 'closed', message: 'The server is shutting down' };
    if (this.#connections.size < this.#maxConnections) return undefined;
    return { reason: 'too_many_connections', message: `More than ${this.#maxConnections} connections` };
  }
}
