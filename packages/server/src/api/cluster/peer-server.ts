import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { plainAddress } from '../../platform/auth/addresses.js';
import type { Access } from '../../platform/auth/gate.js';
import { ACCESS_HEADER, passedAccess } from '../../platform/cluster/passed-access.js';
import { PEER_PROTOCOL, PEER_PROTOCOL_HEADER, PEER_TLS, peerKeyOf } from '../../platform/cluster/peer-tls.js';
import type { NodeId } from '../../platform/cluster/placement.js';
import { LogLimit } from '../../platform/metrics/log-limit.js';
import { problem, problemHeaders } from '../http/problem.js';
import { writeProblem } from '../http/raw-response.js';

export interface PeerServerOptions {
  readonly here: NodeId;
  readonly joinSecret: string;
  readonly log: Logger;
  /** A connection was refused because its other side does not have the join secret. */
  onRefused(): void;
  /** Monotonic, ms. */
  now(): number;
}

/** The request behind a socket between nodes. */
export interface PeerSocketContext {
  /** The node that opened it. */
  readonly node: NodeId;
  /** The second part of its path: `/internal/frames/yard` is about `yard`. */
  readonly subject: string;
  readonly query: URLSearchParams;
}

/** Takes over a connection that has left HTTP, with what has been read of it already put back. */
export type PeerConnectionHandler = (socket: Socket) => void;

export type PeerSocketHandler = (socket: WebSocket, context: PeerSocketContext) => void;

const HANDSHAKE_TIMEOUT_MS = 5000;
/** What nodes say to the owner of a camera is short: acknowledgements and rates. */
const MAX_PAYLOAD_BYTES = 16 * 1024;
/** A client's own headers, and who it is. */
const MAX_HEADER_BYTES = 64 * 1024;
const NODE_ID = /^[\w.-]{1,64}$/;

/**
 * The side of this node that only other nodes reach: connections that have proved to know the join secret. What is under `/internal/` is
 * served here and nowhere else; other requests were passed on by the node that a client talks to, and go to the app.
 */
export class PeerServer {
  readonly #options: PeerServerOptions;
  readonly #tls: TlsServer;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_PAYLOAD_BYTES,
  });
  readonly #handlers = new Map<string, PeerSocketHandler>();
  readonly #answers = new Map<string, () => object>();
  readonly #protocols = new Map<string, PeerConnectionHandler>();
  readonly #nodes = new WeakMap<Duplex, NodeId>();
  readonly #open = new Set<Socket>();
  readonly #refusals: LogLimit;
  #app: { routing: RequestListener; server: Server } | undefined;

  constructor(options: PeerServerOptions) {
    this.#options = options;
    this.#refusals = new LogLimit(options.now);
    const key = peerKeyOf(options.joinSecret);
    this.#tls = createTlsServer({
      ...PEER_TLS,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      pskCallback: (socket, identity) => {
        if (!NODE_ID.test(identity)) return null;
        this.#nodes.set(socket, identity);
        return key;
      },
    });
    this.#tls.on('secureConnection', (socket) => {
      socket.setNoDelay(true);
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
      this.#http.emit('connection', socket);
    });
    this.#tls.on('tlsClientError', (error, socket) => this.#refused(error, plainAddress(socket.remoteAddress)));
    this.#http = createHttpServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) =>
      this.#answer(request, response),
    );
    this.#http.maxHeadersCount = 0;
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket as Socket, head));
  }

  /** Takes a connection of another node, paused, with its first bytes still to be read. */
  readonly accept = (socket: Socket): void => void this.#tls.emit('connection', socket);

  /** Serves `WS /internal/<kind>/<subject>`. */
  serve(kind: string, handler: PeerSocketHandler): void {
    this.#handlers.set(kind, handler);
  }

  /** Answers `GET /internal/<kind>` with JSON. */
  answer(kind: string, answer: () => object): void {
    this.#answers.set(kind, answer);
  }

  /** Serves connections of another protocol: an upgrade to it at `/internal/<protocol>`. */
  serveProtocol(protocol: string, handler: PeerConnectionHandler): void {
    this.#protocols.set(`/internal/${protocol}`, handler);
  }

  /** Requests that another node has passed on go to this app. */
  attach(app: { routing: RequestListener; server: Server }): void {
    this.#app = app;
  }

  /** The caller of a request that another node has passed on; undefined for all others. */
  readonly passedOn = ({ socket, headers }: IncomingMessage): Access | undefined => {
    const value = headers[ACCESS_HEADER];
    return typeof value === 'string' && this.#nodes.has(socket) ? passedAccess(value) : undefined;
  };

  /** Closes all connections. Idempotent. */
  close(): void {
    for (const socket of this.#sockets.clients) socket.close(1001, 'The node is shutting down');
    // Time for those words to be sent.
    setTimeout(() => {
      for (const socket of this.#open) socket.destroy();
    }, 50).unref();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader(PEER_PROTOCOL_HEADER, PEER_PROTOCOL);
    const answer = this.#answers.get(/^\/internal\/([\w-]+)$/.exec(request.url ?? '')?.[1] ?? '');
    const refusal = this.#refusalOf(request, answer !== undefined);
    if (answer && !refusal) {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer()));
      return;
    }
    if (refusal === undefined && this.#app) {
      this.#app.routing(request, response);
      return;
    }
    const document = refusal ?? problem('unavailable', 'This node is starting');
    response.writeHead(document.status, problemHeaders(document)).end(JSON.stringify(document));
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const asked = askedOf(request.url ?? '');
    const handler = asked && this.#handlers.get(asked.kind);
    const connected = this.#protocols.get(request.url ?? '');
    const refusal = this.#refusalOf(request, handler !== undefined || connected !== undefined);
    if (refusal) {
      writeProblem(socket, refusal, { [PEER_PROTOCOL_HEADER]: PEER_PROTOCOL });
    } else if (connected) {
      const headers = [
        'Connection: Upgrade',
        `Upgrade: ${request.headers.upgrade}`,
        `${PEER_PROTOCOL_HEADER}: ${PEER_PROTOCOL}`,
      ];
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('\r\n')}\r\n\r\n`);
      if (head.length > 0) socket.unshift(head);
      connected(socket);
    } else if (asked === undefined || handler === undefined) {
      this.#app?.server.emit('upgrade', request, socket, head);
    } else {
      const { subject, query } = asked;
      const context = { node: this.#nodes.get(socket) ?? '', subject, query };
      this.#sockets.handleUpgrade(request, socket, head, (opened) => {
        opened.on('error', () => opened.terminate());
        handler(opened, context);
      });
    }
  }

  #refusalOf({ url = '', headers }: IncomingMessage, isKnown = false) {
    const { here } = this.#options;
    const theirs = headers[PEER_PROTOCOL_HEADER];
    if (theirs !== PEER_PROTOCOL) {
      const message = `Node ${here} speaks version ${PEER_PROTOCOL} of the protocol between nodes, not ${theirs}`;
      return problem('conflict', message, { hint: 'Run the same version of Lookout on all nodes.' });
    }
    if (isKnown || !url.startsWith('/internal/')) return undefined;
    return problem('not_found', 'There is nothing at this path');
  }

  #refused(error: Error & { code?: string }, address: string): void {
    this.#options.onRefused();
    const count = this.#refusals.count();
    if (count === undefined) return;
    const isSecret = /bad.record.mac|decrypt/i.test(`${error.code} ${error.message}`);
    const message = isSecret
      ? 'refused a node that has another join secret'
      : 'a connection of another node failed before it was established';
    this.#options.log.warn({ address, code: error.code, count }, message);
  }
}

/** What a path under `/internal/` asks for; undefined for all others. */
function askedOf(path: string): { kind: string; subject: string; query: URLSearchParams } | undefined {
  const [, kind, subject, query] = /^\/internal\/([\w-]+)\/([^/?]+)(?:\?(.*))?$/.exec(path) ?? [];
  if (kind === undefined || subject === undefined) return undefined;
  try {
    return { kind, subject: decodeURIComponent(subject), query: new URLSearchParams(query) };
  } catch {
    return undefined;
  }
}
