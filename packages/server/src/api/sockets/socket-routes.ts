import { EventEmitter } from 'node:events';
import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LookoutError, SOCKET_CLOSE, type SocketError } from '@lookout/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { plainAddress } from '../../platform/auth/addresses.js';
import type { Permission, Principal } from '../../platform/auth/principal.js';
import type { PeerNode } from '../../platform/cluster/placement.js';
import { LogLimit } from '../../platform/metrics/log-limit.js';
import { AddressLimit } from '../http/address-limit.js';
import type { CameraField } from '../http/gate-hook.js';
import { endGently } from '../http/raw-response.js';
import { problems } from '../http/responses.js';
import type { UploadLimit } from '../http/upload-limit.js';
import { describeMessages, type SocketMessages } from '../openapi/described-messages.js';
import { FrameFilter } from './frame-filter.js';
import { guardSocket, type PeerFault } from './socket-guard.js';

/** The request behind a socket. */
export interface SocketContext<Query> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly principal: Principal;
  /** On routes with `camera`: the id behind the given id or token, which need not exist. */
  readonly cameraId: string | undefined;
  readonly address: string;
}

export interface OpenContext<Query, Ready> extends SocketContext<Query> {
  /** Result of `before`. */
  readonly ready: Ready;
  /** On routes that outlive bad frames: reports them. */
  readonly filter: FrameFilter | undefined;
}

export interface SocketRoute<Query, Ready = undefined> {
  readonly query: z.ZodType<Query>;
  /** For the API description. */
  readonly summary: string;
  readonly description?: string;
  /** Text messages in both directions, for the API description; each schema must have a name there. */
  readonly messages?: SocketMessages;
  /** Largest message accepted, bytes (default 64 KiB); a larger one closes the socket with 1009. */
  readonly maxPayload?: number;
  /** Sustained rate of messages, pings and pongs allowed from the peer. Default: see `guardSocket`. */
  readonly messagesPerSecond?: number;
  /**
   * Whether oversized messages, malformed frames and invalid UTF-8 leave the connection open. The context's `filter` reports the
   * first two; invalid UTF-8 is passed on unchanged.
   */
  readonly outlivesBadFrames?: boolean;
  /** Permission required of the caller. */
  readonly permission: Exclude<Permission, 'public'>;
  /** Where the request names its camera. */
  readonly camera?: CameraField;
  /** Whether only the node that reads the camera can answer; see `SocketRelay`. */
  readonly atOwner?: boolean;
  /** Runs before the upgrade; errors are answered with a problem document. */
  before?(context: SocketContext<Query>): Ready | Promise<Ready>;
  /** Runs once the socket is open. A handler that throws closes the socket with 1011. */
  handler(socket: WebSocket, context: OpenContext<Query, Ready>): void;
}

/** Passes sockets on to the node that has their camera. */
export interface SocketRelay {
  /** undefined: this node has it. @throws LookoutError `unavailable` */
  ownerOf(request: FastifyRequest): PeerNode | undefined;
  /** Resolves once both are connected. @throws LookoutError `unavailable` */
  upgrade(node: PeerNode, request: FastifyRequest, client: Socket): Promise<void>;
}

export interface SocketRoutesOptions {
  readonly logger: Logger;
  readonly limits: { readonly sockets: number; readonly sockets_per_address: number };
  readonly uploads: UploadLimit;
  /** Passes sockets on to other nodes. */
  readonly relay?: SocketRelay | undefined;
  /** Maximum time for a message to arrive, ms. Default: see `guardSocket`. */
  readonly maxMessageMs?: number;
  /** A socket was closed because its peer misbehaved. @param route the pattern of its path */
  onClosed?(route: string, reason: PeerFault): void;
}

interface Endpoint {
  readonly path: string;
  readonly route: SocketRoute<unknown, unknown>;
  readonly server: WebSocketServer;
}

const DEFAULT_MAX_PAYLOAD_BYTES = 64 * 1024;
/** Base number of fragments per message, plus one per KiB of the maximum size: clients that fragment use 4 KiB or more. */
const MIN_FRAGMENTS = 64;
/** Base number of network chunks per message, plus one per 256 bytes. */
const MIN_CHUNKS = 1024;
/** Sockets stay open longer than requests, so clients should retry later. */
const SOCKET_RETRY_AFTER_S = 5;
/** How long a closing socket may take to answer before it is terminated. */
const CLOSE_TIMEOUT_MS = 1000;

/**
 * The WebSocket endpoints, as GET routes of the HTTP app: an upgrade request passes the same hooks and checks as any other and
 * gets the same problem documents. Each endpoint has its own `WebSocketServer`, because `ws` limits message sizes per server.
 */
export class SocketRoutes {
  readonly #options: SocketRoutesOptions;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #open: AddressLimit;
  /** Bytes that arrived right after an upgrade request. */
  readonly #heads = new WeakMap<IncomingMessage, Buffer>();
  /** A flood of sockets does not flood the log. */
  readonly #faults = new LogLimit(() => performance.now());
  #closing = false;

  constructor(options: SocketRoutesOptions) {
    this.#options = options;
    this.#open = new AddressLimit(options.limits.sockets, options.limits.sockets_per_address);
  }

  /** Adds an endpoint, e.g. for `/ws/view/:token`. */
  route<Query, Ready = undefined>(path: string, route: SocketRoute<Query, Ready>): void {
    const { maxPayload = DEFAULT_MAX_PAYLOAD_BYTES } = route;
    const server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload,
      // Every part of a message takes memory of its own, however small it is.
      maxFragments: MIN_FRAGMENTS + Math.ceil(maxPayload / 1024),
      maxBufferedChunks: MIN_CHUNKS + Math.ceil(maxPayload / 256),
      skipUTF8Validation: route.outlivesBadFrames ?? false,
      ...{ closeTimeout: CLOSE_TIMEOUT_MS },
    });
    // A failed handshake is thrown through `handleUpgrade`, for the app to answer.
    server.on('wsClientError', ({ message }) => {
      throw new LookoutError('bad_request', message);
    });
    this.#endpoints.set(path, { path, server, route: route as unknown as SocketRoute<unknown, unknown> });
  }

  /** Number of open sockets. */
  get open(): number {
    return this.#open.total;
  }

  /** Lets `app` answer the upgrade requests of `server`. Call before other routes are added. */
  attach(app: FastifyInstance, server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      socket.on('error', (error) => this.#options.logger.debug({ err: error.message }, 'connection of a socket lost'));
      // Node's parser has released this connection, so it ends after an error response.
      const response = new ServerResponse(request);
      response.setHeader('Connection', 'close');
      response.once('finish', () => endGently(socket));
      response.assignSocket(socket);
      this.#heads.set(request, head);
      app.routing(request, response);
    });
    // The body of an upgrade request can't be read, so no other route may handle one.
    app.addHook('onRequest', async ({ raw, method, routeOptions }, reply) => {
      if (!this.#heads.has(raw) || (method === 'GET' && this.#endpoints.has(routeOptions.url ?? ''))) return;
      if (method === 'GET') throw new LookoutError('not_found', 'There is no WebSocket at this path');
      reply.header('Allow', 'GET');
      throw new LookoutError('method_not_allowed', `A WebSocket is opened by GET, not ${method}`);
    });
    app.register(async (routes) => {
      for (const endpoint of this.#endpoints.values()) this.#add(routes, endpoint);
    });
  }

  /** Refuses new sockets and closes all open ones; resolves when they are gone. Sockets that do not answer are terminated. */
  async closeAll(code = 1001, reason = 'The server is shutting down'): Promise<void> {
    this.#closing = true;
    const sockets = [...this.#endpoints.values()].flatMap(({ server }) => [...server.clients]);
    const closed = sockets.map((socket) => EventEmitter.once(socket, 'close'));
    for (const socket of sockets) socket.close(code, reason);
    await Promise.allSettled(closed);
  }

  #add(app: FastifyInstance, endpoint: Endpoint): void {
    const { path, route } = endpoint;
    const names = [...path.matchAll(/:(\w+)/g)].flatMap(([, name]) => name ?? []);
    app.route({
      method: 'GET',
      url: path,
      config: {
        ...{ permission: route.permission, socket: true, atOwner: route.atOwner ?? false },
        ...(route.camera && { camera: route.camera }),
      },
      schema: {
        tags: ['websocket'],
        summary: route.summary,
        description: `WebSocket.${route.description ? ` ${route.description}` : ''}`,
        params: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))),
        querystring: route.query,
        ...describeMessages(route.messages ?? {}),
        response: { 101: z.null().describe('The socket is open'), ...problems(400, 401, 403, 404, 426, 429) },
      },
      // Checked before the query: without an upgrade, nothing else matters.
      preValidation: async ({ raw, headers }, reply) => {
        const isUpgrade = this.#heads.has(raw) && headers.upgrade?.toLowerCase() === 'websocket';
        if (isUpgrade && ['8', '13'].includes(headers['sec-websocket-version'] ?? '')) return;
        reply.headers({ Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' });
        throw new LookoutError('upgrade_required', 'This path supports only WebSocket version 13');
      },
      handler: (request, reply) => this.#upgrade(endpoint, request, reply),
    });
  }

  async #upgrade(endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { route, server } = endpoint;
    const { raw, params, query, cameraId } = request;
    const { socket } = raw;
    // The gate admits no anonymous caller here.
    const principal = request.principal as Principal;
    const address = plainAddress(socket.remoteAddress);
    this.#count(socket, address);
    const owner = route.atOwner ? this.#options.relay?.ownerOf(request) : undefined;
    if (owner) {
      await this.#passOn(owner, request, reply);
      return;
    }
    const context = { params: params as Record<string, string>, query, principal, cameraId, address };
    const ready = await route.before?.(context);
    this.#checkOpen();
    // Frames must be sent at once; TCP keep-alive detects vanished peers.
    socket.setNoDelay(true).setKeepAlive(true, 30_000);
    this.#putBack(raw);
    const filter = route.outlivesBadFrames ? new FrameFilter(socket, server.options.maxPayload) : undefined;
    server.handleUpgrade(raw, filter ?? socket, Buffer.alloc(0), (webSocket) => {
      this.#opened(webSocket, endpoint, filter ?? socket, { ...context, ready, filter });
    });
    // The response has been written, or the peer is gone.
    reply.hijack();
  }

  /** Another node answers. */
  async #passOn(owner: PeerNode, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { raw } = request;
    const { socket } = raw;
    this.#putBack(raw);
    socket.setNoDelay(true).setKeepAlive(true, 30_000);
    await this.#options.relay?.upgrade(owner, request, socket);
    const release = (request.principal as Principal).hold(() => socket.destroy());
    socket.once('close', release);
    reply.hijack();
  }

  /** Puts bytes that arrived with the request back, for the reader of the connection. */
  #putBack(raw: IncomingMessage): void {
    const head = this.#heads.get(raw);
    if (head?.length) raw.socket.unshift(head);
  }

  /** Counts a connection until it ends, whether or not it becomes a socket. */
  #count(socket: Socket, address: string): void {
    this.#checkOpen();
    const exceeded = this.#open.add(address);
    if (exceeded) {
      const [setting, where] =
        exceeded === 'address'
          ? (['sockets_per_address', 'from one address'] as const)
          : (['sockets', 'on this server'] as const);
      throw new LookoutError('too_many_requests', `More than ${this.#options.limits[setting]} sockets ${where}`, {
        hint: `Close some sockets, or raise limits.${setting}.`,
        retryAfterS: SOCKET_RETRY_AFTER_S,
      });
    }
    socket.once('close', () => this.#open.remove(address));
  }

  #checkOpen(): void {
    if (this.#closing) throw new LookoutError('unavailable', 'The server is shutting down');
  }

  #opened(socket: WebSocket, { path, route }: Endpoint, carrier: Duplex, context: OpenContext<unknown, unknown>): void {
    const { logger, uploads, maxMessageMs, onClosed } = this.#options;
    const { principal, address } = context;
    socket.on('error', (error) => logger.debug({ route: path, err: error.message }, 'socket error'));
    const onFault = (fault: PeerFault) => {
      onClosed?.(path, fault);
      this.#logFault(path, fault, address);
    };
    const { messagesPerSecond } = route;
    guardSocket(socket, { carrier, address, uploads, messagesPerSecond, maxMessageMs, onFault });
    const release = principal.hold(() => endRevoked(socket, principal));
    socket.once('close', release);
    try {
      route.handler(socket, context);
    } catch (error) {
      logger.error({ route: path, err: error }, 'socket handler failed');
      socket.close(1011, 'The server failed to handle this connection');
    }
  }

  #logFault(route: string, fault: PeerFault, address: string): void {
    const count = this.#faults.count();
    if (count === undefined) return;
    this.#options.logger.warn({ route, fault, address, count }, 'closed a socket because of its peer');
  }
}

/** Ends a socket whose link, key or session was revoked. */
function endRevoked(socket: WebSocket, { kind }: Principal): void {
  const message = kind === 'link' ? 'This link has ended' : 'The API key or sign-in has ended';
  const error: SocketError = { type: 'error', code: 'revoked', message };
  socket.send(JSON.stringify(error));
  socket.close(SOCKET_CLOSE.revoked, 'revoked');
}
