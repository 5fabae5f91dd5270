import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer, type Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { parseAuthority } from '../../platform/auth/addresses.js';
import { routeOwnByFirstByte } from './first-byte.js';
import { PROBLEM_TYPE, problem } from './problem.js';

export interface TlsServerOptions {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** Maximum time for a request to arrive, ms. */
  readonly requestTimeoutMs: number;
  /** Gets the connections of ICE over TCP. */
  readonly onIce?: ((socket: Socket) => void) | undefined;
  /** Gets the connections of other nodes. */
  readonly onPeer?: ((socket: Socket) => void) | undefined;
}

const HANDSHAKE_TIMEOUT_MS = 15_000;
const PLAIN_REQUEST_TIMEOUT_MS = 5000;
/** The same as Fastify's for plain connections: a handshake costs more than an open socket. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
const MAX_PLAIN_HEADER_BYTES = 16 * 1024;

/**
 * An HTTP server whose port takes connections of ICE over TCP and of other nodes, too.
 */
export function createPlainServer(
  handler: RequestListener,
  { requestTimeoutMs, onIce, onPeer }: Pick<TlsServerOptions, 'requestTimeoutMs' | 'onIce' | 'onPeer'>,
): Server {
  const server = createHttpServer(handler);
  server.requestTimeout = requestTimeoutMs;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  routeOwnByFirstByte(server, (own) => ({ onIce, onPeer, onPlain: own }));
  return server;
}

/**
 * An HTTPS server whose port also answers plain HTTP: pages requested over `http:` are redirected to `https:`, and everything
 * else is rejected, so that keys and cookies sent unencrypted are noticed.
 */
export function createTlsServer(handler: RequestListener, options: TlsServerOptions): HttpsServer {
  const { cert, key, requestTimeoutMs, onIce, onPeer } = options;
  const server = createServer({ cert, key, minVersion: 'TLSv1.2', handshakeTimeout: HANDSHAKE_TIMEOUT_MS }, handler);
  server.requestTimeout = requestTimeoutMs;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  const plain = createHttpServer({ maxHeaderSize: MAX_PLAIN_HEADER_BYTES }, answerPlain);
  plain.requestTimeout = PLAIN_REQUEST_TIMEOUT_MS;
  plain.headersTimeout = PLAIN_REQUEST_TIMEOUT_MS;
  plain.on('upgrade', (request, socket: Socket) => {
    socket.on('error', () => socket.destroy());
    const body = JSON.stringify(wrongScheme(request));
    socket.end(
      `HTTP/1.1 400 Bad Request\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  });
  routeOwnByFirstByte(server, (own) => ({
    onTls: own,
    onIce,
    onPeer,
    onPlain: (socket) => plain.emit('connection', socket),
  }));
  return server;
}

function answerPlain(request: IncomingMessage, response: ServerResponse): void {
  const { method, url = '/', headers } = request;
  const authority = parseAuthority(headers.host ?? '');
  const isVisit = (method === 'GET' || method === 'HEAD') && headers.authorization === undefined && url.startsWith('/');
  response.setHeader('Connection', 'close');
  if (isVisit && authority !== undefined) {
    // Not a permanent redirect (308): the server must remain reachable if it is started without TLS later.
    response.writeHead(307, {
      Location: `https://${headers.host}${url}`,
      'Content-Length': 0,
      'Cache-Control': 'no-store',
    });
    response.end();
    return;
  }
  const body = JSON.stringify(wrongScheme(request));
  response.writeHead(400, { 'Content-Type': PROBLEM_TYPE, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

function wrongScheme({ headers }: IncomingMessage): object {
  const authority = parseAuthority(headers.host ?? '');
  return problem('bad_request', 'This server speaks HTTPS', {
    hint: `Use https://${authority?.host ?? 'and the same address'}, and wss: for sockets.`,
  });
}
