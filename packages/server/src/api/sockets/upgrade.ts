import { EventEmitter } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { LookoutError, type Problem, SOCKET_CLOSE, type SocketError } from '@lookout/protocol';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import type { z } from 'zod';
import { plainAddress } from '../../platform/auth/addresses.js';
import type { Access, Gate } from '../../platform/auth/gate.js';
import { gateRequestOf } from '../../platform/auth/gate-request.js';
import type { Permission, Principal } from '../../platform/auth/principal.js';
import type { CameraField } from '../http/gate-hook.js';
import { PathPattern } from '../http/path-pattern.js';
import { problem, problemOf, validationProblem } from '../http/problem.js';
import { writeProblem } from '../http/raw-response.js';
import type { UploadLimit } from '../http/upload-limit.js';
import { FrameFilter, type FrameViolation } from './frame-filter.js';
import { guardSocket, type PeerFault } from './socket-guard.js';
import { boundUnfinishedMessage } from './unfinished-message.js';

/** What a socket's handler knows of the request behind it. */
export interface UpgradeContext<Query> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly request: IncomingMessage;
  readonly principal: Principal;
  /** Of routes with `camera`: the id behind what was given, which need not exist. */
  readonly cameraId: string | undefined;
  readonly address: string;
}

/** What a handler knows beside that. */
export interface OpenContext<Query, Ready> extends UpgradeContext<Query> {
  readonly ready: Ready;
  /** Of routes that outlive bad frames: calls `listener` for each. */
  onViolation(listener: (violation: FrameViolation) => void): void;
}

export interface UpgradeRoute<Query, Ready = undefined> {
  /** Checks the query; what it refuses is answered by 400 with the field's name. */
  readonly query: z.ZodType<Query>;
  /** For the API description. */
  readonly summary: string;
  readonly description?: string;
  /** What goes either way as text, for the API description; each schema has to have a name there. */
  readonly messages?: SocketMessages;
  /** Largest message taken, bytes (default 64 KiB); a larger one closes the socket with 1009. */
  readonly maxPayload?: number;
  /** Messages, pings and pongs a second that a peer may send, lasting. Default: see `guardSocket`. */
  readonly messagesPerSecond?: number;
  /**
   * Messages that are too large, frames the protocol forbids and texts that are not UTF-8 do not end the connection: the first two
   * are told to `onViolation` of the context, the last come as they are. See `FrameFilter`.
   */
  readonly outlivesBadFrames?: boolean;
  /** What the caller must be allowed. */
  readonly permission: Exclude<Permission, 'public'>;
  /** Where the request names its camera. */
  readonly camera?: CameraField;
  /**
   * Runs before the upgrade. What it throws is the answer (a LookoutError by its status); what it returns is handed to `handler`.
   * A socket that closes meanwhile is never handed on.
   */
  before?(context: UpgradeContext<Query>): Ready | Promise<Ready>;
  /** Runs once the socket is open. A handler that throws closes the socket with 1011. */
  handler(socket: WebSocket, context: OpenContext<Query, Ready>): void;
}

/** Text messages of a socket, as JSON. What goes over it in binary, its description says in words. */
export interface SocketMessages {
  readonly client?: z.ZodType;
  readonly server?: z.ZodType;
}

/** What the API description needs of a route. */
export interface DescribedUpgrade {
  readonly path: string;
  readonly permission: Permission;
  readonly query: z.ZodType;
  readonly summary: string;
  readonly description: string | undefined;
  readonly messages: SocketMessages;
}

export interface UpgradeRouterOptions {
  readonly gate: Gate;
  readonly logger: Logger;
  readonly limits: { readonly sockets: number; readonly sockets_per_address: number };
  readonly uploads: UploadLimit;
  /** How long a message may take to arrive, ms; absent: see `boundUnfinishedMessage`. */
  readonly maxMessageMs?: number;
  /** A socket is ended because of what its peer did. @param route the pattern of its path. */
  onClosed?(route: string, reason: PeerFault): void;
  /** An upgrade was answered by a problem document. `route`: the pattern, or `unknown`. */
  onRefused?(observation: { method: string; route: string; status: number; seconds: number }): void;
}

interface Registered extends DescribedUpgrade {
  readonly pattern: PathPattern;
  readonly server: WebSocketServer;
  readonly route: UpgradeRoute<unknown, unknown>;
}

interface Found {
  readonly registered: Registered;
  readonly params: Record<string, string>;
}

/** Labels of a metric are bounded. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const DEFAULT_MAX_PAYLOAD = 64 * 1024;
/** Fragments a message may have, and one more for each KiB of the largest message: clients that fragment do so at 4 KiB and more. */
const MIN_FRAGMENTS = 64;
/** Pieces the network may deliver a message in, and one more for each 256 bytes. */
const MIN_CHUNKS = 1024;
/** Sockets stay open for long: less haste than with requests. */
const SOCKET_RETRY_AFTER_S = 5;
/** How long a closing socket may take to answer before it is cut, ms. */
const CLOSE_TIMEOUT_MS = 1000;
/** Misbehaving peers get one log line in so long, with how many there were: a flood of sockets must not flood the log. */
const FAULT_LOG_EVERY_MS = 10_000;

/**
 * The WebSocket endpoints. Everything that can be refused is refused by an HTTP answer with a problem document before the
 * upgrade, so that a client's log shows the reason.
 */
export class UpgradeRouter {
  readonly #options: UpgradeRouterOptions;
  readonly #routes: Registered[] = [];
  readonly #perAddress = new Map<string, number>();
  #open = 0;
  #faultsUnlogged = 0;
  #faultLoggedMs = Number.NEGATIVE_INFINITY;
  #closing = false;

  constructor(options: UpgradeRouterOptions) {
    this.#options = options;
  }

  /** Adds an endpoint; `path` as `/ws/view/:token`. */
  route<Query, Ready = undefined>(path: string, route: UpgradeRoute<Query, Ready>): void {
    const { maxPayload = DEFAULT_MAX_PAYLOAD } = route;
    const server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload,
      // Each part of a message costs memory of its own, however small it is.
      maxFragments: MIN_FRAGMENTS + Math.ceil(maxPayload / 1024),
      maxBufferedChunks: MIN_CHUNKS + Math.ceil(maxPayload / 256),
      skipUTF8Validation: route.outlivesBadFrames ?? false,
    });
    this.#routes.push({
      path,
      permission: route.permission,
      query: route.query,
      summary: route.summary,
      description: route.description,
      messages: route.messages ?? {},
      pattern: new PathPattern(path),
      server,
      route: route as unknown as UpgradeRoute<unknown, unknown>,
    });
  }

  get routes(): readonly DescribedUpgrade[] {
    return this.#routes;
  }

  /** Sockets open now. */
  get open(): number {
    return this.#open;
  }

  /** Answers the upgrade requests of an HTTP server from now on. */
  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
  }

  /** Refuses new sockets and closes all open ones; resolves when they are gone, those that do not answer cut after a second. */
  async closeAll(code = 1001, reason = 'The server is shutting down'): Promise<void> {
    this.#closing = true;
    const sockets = this.#routes.flatMap(({ server }) => [...server.clients]);
    const closed = sockets.map((socket) => EventEmitter.once(socket, 'close'));
    for (const socket of sockets) socket.close(code, reason);
    const cut = setTimeout(() => {
      for (const socket of sockets) socket.terminate();
    }, CLOSE_TIMEOUT_MS);
    await Promise.allSettled(closed);
    clearTimeout(cut);
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { logger } = this.#options;
    const startedMs = performance.now();
    const onError = (error: Error) => {
      logger.debug({ err: error.message }, 'socket lost before its upgrade');
      socket.destroy();
    };
    socket.on('error', onError);
    const address = plainAddress(request.socket.remoteAddress);
    let counted = false;
    try {
      const { registered, context } = this.#admit(request, address);
      this.#count(address, 1);
      counted = true;
      // The count is given back when the connection ends, whatever it became.
      socket.once('close', () => this.#count(address, -1));
      const ready = await registered.route.before?.(context);
      if (this.#closing) throw new LookoutError('unavailable', 'The server is shutting down');
      if (socket.destroyed) return;
      socket.removeListener('error', onError);
      let violated: (violation: FrameViolation) => void = () => undefined;
      const onViolation = (listener: typeof violated) => {
        violated = listener;
      };
      const { maxPayload = DEFAULT_MAX_PAYLOAD, outlivesBadFrames } = registered.route;
      const carrier = outlivesBadFrames
        ? new FrameFilter(socket, head, { maxPayload, onViolation: (violation) => violated(violation) })
        : socket;
      registered.server.handleUpgrade(request, carrier, carrier === socket ? head : Buffer.alloc(0), (webSocket) => {
        this.#handle(registered, webSocket, carrier, { ...context, ready, onViolation });
      });
    } catch (error) {
      const document = error instanceof Refusal ? error.document : problemOf(error);
      const headers = error instanceof Refusal ? error.headers : {};
      if (document.status >= 500 && document.code === 'internal') logger.error({ err: error }, 'upgrade failed');
      writeProblem(socket, document, headers);
      this.#options.onRefused?.({
        method: METHODS.includes(request.method ?? '') ? (request.method as string) : 'other',
        route: this.#find((request.url ?? '/').split('?', 1)[0] as string)?.registered.path ?? 'unknown',
        status: document.status,
        seconds: (performance.now() - startedMs) / 1000,
      });
      if (!counted) logger.debug({ status: document.status, code: document.code }, 'upgrade refused');
    }
  }

  /** Everything that needs no waiting: method, handshake, path, caller, query, limits. */
  #admit(request: IncomingMessage, address: string): { registered: Registered; context: UpgradeContext<unknown> } {
    const url = request.url ?? '/';
    const split = url.indexOf('?');
    const path = split < 0 ? url : url.slice(0, split);
    const found = this.#find(path);
    const raw = queryObject(split < 0 ? '' : url.slice(split + 1));
    const { principal, cameraId } = this.#enter(request, found, raw);
    if (!found || !principal) throw new LookoutError('not_found', 'There is no WebSocket at this path');
    checkHandshake(request);
    const query = found.registered.query.safeParse(raw);
    if (!query.success) throw new Refusal(validationProblem(query.error, raw));
    this.#checkLimits(address);
    const context = { params: found.params, query: query.data, request, principal, cameraId, address };
    return { registered: found.registered, context };
  }

  #enter(request: IncomingMessage, found: Found | undefined, query: Record<string, unknown>): Access {
    const { permission = 'signed-in', camera: field } = found?.registered.route ?? {};
    const value = field && (field.in === 'params' ? found?.params : query)?.[field.name];
    const given = typeof value === 'string' ? value : undefined;
    const camera = field && { given, links: field.links };
    return this.#options.gate.enter(gateRequestOf(request), { permission, ...(camera && { camera }) });
  }

  #find(path: string): Found | undefined {
    for (const registered of this.#routes) {
      const params = registered.pattern.match(path);
      if (params) return { registered, params };
    }
    return undefined;
  }

  #checkLimits(address: string): void {
    const { limits } = this.#options;
    if (this.#closing) throw new LookoutError('unavailable', 'The server is shutting down');
    if ((this.#perAddress.get(address) ?? 0) >= limits.sockets_per_address) {
      throw new LookoutError('too_many_requests', `More than ${limits.sockets_per_address} sockets from one address`, {
        hint: 'Close some, or raise limits.sockets_per_address.',
        retryAfterS: SOCKET_RETRY_AFTER_S,
      });
    }
    if (this.#open >= limits.sockets) {
      throw new LookoutError('too_many_requests', `More than ${limits.sockets} sockets on this server`, {
        hint: 'Close some, or raise limits.sockets.',
        retryAfterS: SOCKET_RETRY_AFTER_S,
      });
    }
  }

  #count(address: string, change: 1 | -1): void {
    this.#open += change;
    const count = (this.#perAddress.get(address) ?? 0) + change;
    if (count > 0) this.#perAddress.set(address, count);
    else this.#perAddress.delete(address);
  }

  #logFault(route: string, fault: PeerFault, address: string): void {
    this.#faultsUnlogged++;
    const now = performance.now();
    if (now - this.#faultLoggedMs < FAULT_LOG_EVERY_MS) return;
    this.#options.logger.warn({ route, fault, address, count: this.#faultsUnlogged }, 'a socket was cut');
    this.#faultLoggedMs = now;
    this.#faultsUnlogged = 0;
  }

  #handle(registered: Registered, socket: WebSocket, carrier: Duplex, context: OpenContext<unknown, unknown>): void {
    const { logger } = this.#options;
    // Frames must leave at once; a peer that vanished without a word is found by TCP itself.
    context.request.socket.setNoDelay(true);
    context.request.socket.setKeepAlive(true, 30_000);
    socket.on('error', (error) => logger.debug({ route: registered.path, err: error.message }, 'socket error'));
    const onFault = (fault: PeerFault) => {
      this.#options.onClosed?.(registered.path, fault);
      this.#logFault(registered.path, fault, context.address);
    };
    guardSocket(socket, onFault, { messagesPerSecond: registered.route.messagesPerSecond });
    const { uploads, maxMessageMs: maxMs } = this.#options;
    const { principal, address } = context;
    boundUnfinishedMessage(socket, carrier, { address, uploads, onFault, ...(maxMs !== undefined && { maxMs }) });
    socket.once(
      'close',
      principal.hold(() => endRevoked(socket, principal)),
    );
    try {
      registered.route.handler(socket, context);
    } catch (error) {
      logger.error({ route: registered.path, err: error }, 'socket handler failed');
      socket.close(1011, 'The server failed to serve this');
    }
  }
}

/** The link, key or session that a socket came in with has ended. */
function endRevoked(socket: WebSocket, { kind }: Principal): void {
  const message = kind === 'link' ? 'This link was revoked' : 'The API key or sign-in has ended';
  const error: SocketError = { type: 'error', code: 'revoked', message };
  socket.send(JSON.stringify(error));
  socket.close(SOCKET_CLOSE.revoked, 'revoked');
  // One that does not read, or goes on sending, is cut.
  const timer = setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS);
  socket.once('close', () => clearTimeout(timer));
}

/** A refusal that is not one of our error values: it brings its own document and headers. */
class Refusal extends Error {
  readonly document: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(document: Problem, headers: Readonly<Record<string, string>> = {}) {
    super(document.detail);
    this.document = document;
    this.headers = headers;
  }
}

/** RFC 6455 §4.2.1; checked here so that the answer says what is missing. */
function checkHandshake({ method, headers }: IncomingMessage): void {
  if (method !== 'GET') {
    throw new Refusal(problem('method_not_allowed', `A WebSocket is opened by GET, not ${method}`), { Allow: 'GET' });
  }
  if (headers.upgrade?.toLowerCase() !== 'websocket') {
    const document = problem('upgrade_required', 'This path speaks WebSocket only');
    throw new Refusal(document, { Upgrade: 'websocket' });
  }
  const version = headers['sec-websocket-version'];
  if (version !== '13' && version !== '8') {
    const document = problem('upgrade_required', 'Expected Sec-WebSocket-Version: 13');
    throw new Refusal(document, { Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' });
  }
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')) {
    throw new Refusal(problem('bad_request', 'Sec-WebSocket-Key is missing or not 16 bytes in base64'));
  }
}

/** `'fps=10&mode=raw'` → `{ fps: '10', mode: 'raw' }`; a repeated name becomes a list, which a schema of single values refuses. */
export function queryObject(query: string): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(query)) {
    const last = result[name];
    if (last === undefined) result[name] = value;
    else result[name] = typeof last === 'string' ? [last, value] : [...last, value];
  }
  return { ...result };
}
