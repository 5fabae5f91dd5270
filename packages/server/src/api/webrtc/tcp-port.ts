import { createServer, type Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Settings } from '../../platform/config/settings.js';
import { limitConnections } from '../http/address-limit.js';

export interface TcpPortOptions {
  readonly settings: Pick<Settings, 'server' | 'webrtc' | 'limits'>;
  /** Takes over a connection. */
  accept(socket: Socket): void;
  onRefused(): void;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/** Where WebRTC clients connect over TCP: at the port of the pages, at a port of its own, or nowhere. */
export class TcpPort {
  readonly #options: TcpPortOptions;
  readonly #server = createServer();
  readonly #own: number | undefined;
  #problem: string | undefined;

  constructor(options: TcpPortOptions) {
    this.#options = options;
    this.#own = options.settings.webrtc.tcp_port;
    limitConnections(this.#server, options.settings.limits, options.onRefused);
    this.#server.on('connection', (socket) => {
      if (!socket.destroyed) options.accept(socket);
    });
  }

  /** For the port of the pages, if clients connect there. */
  get onIce(): ((socket: Socket) => void) | undefined {
    return this.#own === undefined ? this.#options.accept : undefined;
  }

  /** @param ofPages the port of the pages @returns undefined if clients can't connect */
  port(ofPages: number | undefined): number | undefined {
    if (this.#own === undefined) return ofPages;
    return this.#server.listening ? this.#own : undefined;
  }

  /** Why clients can't connect at a port of its own; undefined: they can, or there is none. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Resolves when it listens, or when it is clear that it can't: the rest of the server does without it. */
  async listen(): Promise<void> {
    const { settings, log } = this.#options;
    const { host } = settings.server;
    const port = this.#own;
    if (!port) return;
    await new Promise<void>((resolve) => {
      this.#server.once('listening', resolve);
      this.#server.on('error', (error: NodeJS.ErrnoException) => {
        const why = error.code === 'EADDRINUSE' ? 'in use by another program' : `not available (${error.code})`;
        this.#problem = `port ${port} is ${why}: choose another one with --webrtc-tcp-port`;
        log.warn({ host, port }, `no WebRTC over TCP: ${this.#problem}`);
        resolve();
      });
      this.#server.listen(port, host);
    });
    if (this.#server.listening) log.info({ host, port }, 'WebRTC clients can connect over TCP');
  }

  /** Accepts no more connections. Idempotent; those that are open belong to their sessions. */
  close(): void {
    this.#server.close();
  }
}
