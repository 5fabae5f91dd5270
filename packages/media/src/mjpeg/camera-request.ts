import http from 'node:http';
import https from 'node:https';
import type { Socket, TcpNetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { LookoutError } from '@lookout/protocol/core';
import { AddressGuard, type Destination } from '../network/address-guard.js';
import { Authenticator } from '../source/authenticator.js';
import { splitCredentials } from '../source/credentials.js';
import { connectTls } from '../source/tls-pin.js';
import { connectionError, connectTimeout, headersTimeout, portOf, statusError } from './http-errors.js';

export interface CameraRequestOptions {
  /** With credentials, if the camera needs them. */
  url: string;
  /** Name resolution, TCP and TLS together. Default 5000. */
  connectTimeoutMs?: number;
  /** From the request to the end of the response's headers. Default 5000. */
  headersTimeoutMs?: number;
  /** For HTTPS: the only certificate to accept. Default: any that this machine trusts. */
  tlsPin?: string | undefined;
  /** Decides which addresses may be connected to. Default: any for the camera, nothing more private for what it links to. */
  guard?: AddressGuard;
}

/** A range of bytes; without `to`, up to the end. */
export interface ByteRange {
  from: number;
  /** The last byte. */
  to?: number;
}

const MAX_REDIRECTS = 5;
/** Answers to challenges per request: one, and another if the digest nonce expired meanwhile. */
const MAX_ANSWERS = 2;

type Agents = ReturnType<typeof createAgents>;

/** Sends GET requests to one camera over one connection. Follows redirects, answers challenges, keeps connection and nonce. */
export class CameraRequest {
  readonly #options: CameraRequestOptions;
  readonly #agents: Agents;
  readonly #guard: AddressGuard;
  #url: URL;
  /** The address came from a response of the camera. */
  #named = false;
  #authenticator: Authenticator | undefined;

  constructor(options: CameraRequestOptions, agents?: Agents) {
    this.#options = options;
    this.#guard = options.guard ?? new AddressGuard();
    const { url, username, password } = splitCredentials(options.url);
    this.#url = new URL(url);
    this.#agents = agents ?? createAgents(this.#url, options.tlsPin);
    if (username !== '' || password !== '') this.#authenticator = new Authenticator({ username, password });
  }

  /**
   * A request for an address in the last response, such as a segment of a playlist. Shares this request's connections; this one closes
   * them.
   * @param reference absolute, or relative to the URL of the last response.
   * @throws LookoutError `source_protocol_error` if it is not an HTTP address.
   */
  named(reference: string): CameraRequest {
    const url = URL.canParse(reference, this.#url.href) ? new URL(reference, this.#url.href) : undefined;
    if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
      throw new LookoutError('source_protocol_error', 'The camera names an address that is not HTTP', {
        hint: 'Use the address of the stream itself.',
      });
    const named = new CameraRequest({ ...this.#options, guard: this.#guard, url: url.href }, this.#agents);
    named.#named = true;
    if (url.username === '' && this.#mayKnowCredentials(url)) named.#authenticator = this.#authenticator;
    return named;
  }

  /** URL of the last response, after redirects, without credentials. */
  get url(): URL {
    return this.#url;
  }

  /**
   * @param range may be ignored by the server.
   * @returns a response with status 200, or 206 for a range; its body is not read yet.
   * @throws LookoutError if there is none; the reason of `signal`.
   */
  async get(signal: AbortSignal, range?: ByteRange): Promise<http.IncomingMessage> {
    let redirects = 0;
    let answers = 0;
    for (;;) {
      const response = await this.#send(signal, range);
      const status = response.statusCode ?? 0;
      if (status === 200 || (status === 206 && range !== undefined)) return response;
      // Not read to the end: an error page may be endless, and a new connection is cheap.
      response.destroy();
      if (status === 401 && this.#authenticator !== undefined) {
        const { answerable, stale } = this.#authenticator.challenge(response.headersDistinct['www-authenticate'] ?? []);
        // A second challenge means that the password was refused, unless only the nonce has expired.
        if (answerable && (answers === 0 || (stale && answers < MAX_ANSWERS))) {
          answers++;
          continue;
        }
      }
      const { location } = response.headers;
      if ([301, 302, 303, 307, 308].includes(status) && location !== undefined) {
        if (++redirects > MAX_REDIRECTS)
          throw new LookoutError('source_protocol_error', `The camera redirects more than ${MAX_REDIRECTS} times`);
        this.#redirect(location);
        continue;
      }
      throw statusError(status, this.#url, this.#authenticator !== undefined);
    }
  }

  close(): void {
    this.#agents['http:'].destroy();
    this.#agents['https:'].destroy();
  }

  #redirect(location: string): void {
    const next = URL.canParse(location, this.#url.href) ? new URL(location, this.#url.href) : undefined;
    if (next?.protocol !== this.#url.protocol && next?.protocol !== 'https:')
      throw new LookoutError(
        'source_protocol_error',
        'The camera redirects to something that is not HTTP, or from HTTPS to HTTP',
        {
          hint: 'Use the address of the stream itself.',
        },
      );
    if (!this.#mayKnowCredentials(next)) this.#authenticator = undefined;
    next.username = '';
    next.password = '';
    this.#url = next;
    this.#named = true;
  }

  /** Credentials are sent only to the host they were given for, and never in the clear after TLS. */
  #mayKnowCredentials(url: URL): boolean {
    if (url.hostname !== this.#url.hostname) return false;
    return url.protocol === 'https:' || url.origin === this.#url.origin;
  }

  #send(signal: AbortSignal, range?: ByteRange): Promise<http.IncomingMessage> {
    const url = this.#url;
    const isTls = url.protocol === 'https:';
    const { connectTimeoutMs = 5000, headersTimeoutMs = 5000 } = this.#options;
    const destination: Destination = { host: url.hostname, port: Number(portOf(url)), named: this.#named };
    const path = `${url.pathname}${url.search}`;
    const authorization = this.#authenticator?.authorization('GET', path);
    // No Accept-Encoding: a stream of JPEGs gains nothing from it, and some cameras compress everything if asked.
    const headers: http.OutgoingHttpHeaders = { accept: '*/*', 'user-agent': 'Lookout' };
    if (authorization !== undefined) headers.authorization = authorization;
    if (range !== undefined) headers.range = `bytes=${range.from}-${range.to ?? ''}`;

    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const lookup = this.#guard.lookupFor(destination);
      const request = (isTls ? https : http).request(url, {
        agent: this.#agents[isTls ? 'https:' : 'http:'],
        headers,
        // Cameras end lines with LF alone, and send both Content-Length and chunks. Safe, since nothing is relayed.
        insecureHTTPParser: true,
        maxHeaderSize: 16_384,
        lookup,
      });
      const fail = (error: unknown) => {
        clearTimeout(deadline);
        // The camera closed an idle connection just as it was reused: retry on a new one, which cannot fail this way.
        if (request.reusedSocket && !signal.aborted && isReset(error)) resolve(this.#send(signal, range));
        else reject(signal.aborted ? signal.reason : connectionError(error, url));
      };
      // Not the `signal` option of `request`: it destroys the socket with an error, which has no listener while the socket returns to
      // the agent's pool.
      const abort = () => request.destroy();
      signal.addEventListener('abort', abort, { once: true });
      request.once('close', () => signal.removeEventListener('abort', abort));
      let deadline = setTimeout(() => request.destroy(connectTimeout(url)), connectTimeoutMs);
      const connected = ({ remoteAddress }: Socket) => {
        if (!destination.named && remoteAddress !== undefined) this.#guard.reached(destination, remoteAddress);
        clearTimeout(deadline);
        deadline = setTimeout(() => request.destroy(headersTimeout(url)), headersTimeoutMs);
      };
      request.once('socket', (socket) => {
        if (!socket.connecting) connected(socket);
        else socket.once(isTls ? 'secureConnect' : 'connect', () => connected(socket));
      });
      request.setNoDelay(true);
      request.once('response', (response) => {
        clearTimeout(deadline);
        // Readers of the body add their own listener. Without this one, an error of an unread response would be uncaught.
        response.on('error', () => undefined);
        resolve(response);
      });
      request.on('error', fail);
      request.end();
    });
  }
}

function createAgents({ hostname }: URL, tlsPin: string | undefined) {
  const host = hostname.replace(/^\[|\]$/g, '');
  return {
    'http:': new http.Agent({ keepAlive: true, maxSockets: 1 }),
    'https:': new CameraTlsAgent({ host, tlsPin }),
  };
}

/** Whether a response is a stream of parts, by its Content-Type. */
export function isMultipart(response: http.IncomingMessage): boolean {
  return /^\s*multipart\//i.test(response.headers['content-type'] ?? '');
}

function isReset(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

interface CameraTlsAgentOptions {
  /** The camera's own host: the pin does not apply to others. */
  host: string;
  /** The only certificate to accept from it. Absent: any that this machine trusts. */
  tlsPin: string | undefined;
}

/** HTTPS connections to a camera. Nothing is sent before its certificate is accepted: a request may hold credentials. */
class CameraTlsAgent extends https.Agent {
  readonly #camera: CameraTlsAgentOptions;

  constructor(camera: CameraTlsAgentOptions) {
    super({ keepAlive: true, maxSockets: 1 });
    this.#camera = camera;
  }

  override createConnection({ host = 'localhost', port, lookup }: TcpNetConnectOpts): Duplex {
    const tlsPin = host === this.#camera.host ? this.#camera.tlsPin : undefined;
    const socket = connectTls({ host, port, lookup, tlsPin }, () => socket.uncork());
    socket.cork();
    return socket;
  }
}

/**
 * Calls `onChunk` synchronously for each piece of a body as it arrives. Resolves at the end of the body, or once `onChunk` returns false.
 * @throws LookoutError when the connection breaks; what `onChunk` throws; the reason of `signal`.
 */
export function readBody(
  response: http.IncomingMessage,
  signal: AbortSignal,
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback that returns nothing continues
  onChunk: (chunk: Buffer) => boolean | void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let settled = false;
    const settle = (finish: () => void) => {
      if (settled) return;
      settled = true;
      response.off('data', onData);
      finish();
    };
    const onData = (chunk: Buffer) => {
      if (settled) return;
      try {
        if (onChunk(chunk) !== false) return;
        // Paused, so that another reader can read the rest.
        response.pause();
        settle(resolve);
      } catch (error) {
        response.destroy();
        settle(() => reject(error));
      }
    };
    response.on('data', onData);
    response.once('end', () => settle(resolve));
    response.on('error', (error) => settle(() => reject(signal.aborted ? signal.reason : bodyError(error))));
    response.once('close', () => settle(() => reject(signal.aborted ? signal.reason : bodyError(undefined))));
    if (signal.aborted) settle(() => reject(signal.reason));
    else if (response.readableEnded) settle(resolve);
    else if (response.destroyed) settle(() => reject(bodyError(response.errored)));
    else response.resume();
  });
}

/** Why a body ended early, from the error of its stream. */
export function bodyError(error: unknown): LookoutError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('HPE_'))
    return new LookoutError('source_protocol_error', `The camera's answer is not valid HTTP (${code})`);
  return new LookoutError('camera_closed', 'The camera closed the connection', {
    hint: 'It may have restarted, or another viewer took its place: many cameras serve one at a time.',
  });
}
