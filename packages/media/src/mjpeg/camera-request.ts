import http from 'node:http';
import https from 'node:https';
import type { Socket, TcpNetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { LookoutError } from '@lookout/protocol';
import { Authenticator } from '../authenticator.js';
import { splitCredentials } from '../credentials.js';
import { AddressGuard, type Destination } from '../network/address-guard.js';
import { connectTls } from '../tls-pin.js';
import { connectionError, connectTimeout, headersTimeout, portOf, statusError } from './http-errors.js';

export interface CameraRequestOptions {
  /** With credentials, if the camera needs them. */
  url: string;
  /** Name resolution, TCP and TLS together. Default 5000. */
  connectTimeoutMs?: number;
  /** From the request to the end of the response's headers. Default 5000. */
  headersTimeoutMs?: number;
  /** Of an HTTPS camera: accept this certificate, and no other. Default: those that the machine trusts. */
  tlsPin?: string | undefined;
  /** Decides what may be connected to. Default: all for the camera itself, nothing more private for what it names. */
  guard?: AddressGuard;
}

/** Part of a resource, in bytes; without `to` up to its end. */
export interface ByteRange {
  from: number;
  /** The last byte. */
  to?: number;
}

const MAX_REDIRECTS = 5;
/** To a challenge, and once more for a digest nonce that ran out meanwhile. */
const MAX_ANSWERS = 2;

type Agents = ReturnType<typeof createAgents>;

/** GETs from one camera over one connection: follows redirects, answers challenges, keeps the connection and the nonce. */
export class CameraRequest {
  readonly #options: CameraRequestOptions;
  readonly #agents: Agents;
  readonly #guard: AddressGuard;
  #url: URL;
  /** Whether an answer of the camera told us the address. */
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
   * A request for what the last answer names, as a playlist names its segments. It uses the connections of this one, which closes them.
   * @param reference absolute, or relative to where the answer came from.
   * @throws LookoutError `source_protocol_error` where it is no HTTP address.
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

  /** Where the last answer came from, after redirects; without credentials. */
  get url(): URL {
    return this.#url;
  }

  /**
   * @param range asks for a part; a server may answer with the whole all the same.
   * @returns a response with status 200, or 206 where it is the part, whose body has not been read.
   * @throws LookoutError saying why there is none; whatever `signal` was aborted with.
   */
  async get(signal: AbortSignal, range?: ByteRange): Promise<http.IncomingMessage> {
    let redirects = 0;
    let answers = 0;
    for (;;) {
      const response = await this.#send(signal, range);
      const status = response.statusCode ?? 0;
      if (status === 200 || (status === 206 && range !== undefined)) return response;
      // Not read to its end: an error page may be endless, and a new connection is cheap here.
      response.destroy();
      if (status === 401 && this.#authenticator !== undefined) {
        const { answerable, stale } = this.#authenticator.challenge(response.headersDistinct['www-authenticate'] ?? []);
        // A second challenge refuses the password, unless only the nonce ran out meanwhile.
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

  /** Credentials are for the machine they were given for, and are not sent in the clear where they were not before. */
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
    // No Accept-Encoding: a stream of JPEGs gains nothing from it, and some cameras compress whatever is asked for.
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
        // Cameras end lines with LF only and send both Content-Length and chunks; nothing here is relayed by it.
        insecureHTTPParser: true,
        maxHeaderSize: 16_384,
        lookup,
      });
      const fail = (error: unknown) => {
        clearTimeout(deadline);
        // The camera closed a kept connection just when it was used again: no failure, and a new one cannot fail so.
        if (request.reusedSocket && !signal.aborted && isReset(error)) resolve(this.#send(signal, range));
        else reject(signal.aborted ? signal.reason : connectionError(error, url));
      };
      // Not by the option of `request`: that destroys a socket with an error, which nobody hears while the socket is between
      // an answer that has ended and the agent's pool.
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
        // Whoever reads the body listens too; this one only keeps an unread response from being an uncaught error.
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
  /** Of the camera itself: what it names elsewhere has certificates of its own. */
  host: string;
  /** The one certificate that is accepted from it; absent: those that the machine trusts. */
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
 * Gives every piece of a body to `onChunk` as it arrives, on the spot: the time of a call is the time of arrival.
 * Resolves at the body's end, or when `onChunk` returns false.
 * @throws LookoutError when the connection breaks; what `onChunk` throws; the reason of `signal`.
 */
export function readBody(
  response: http.IncomingMessage,
  signal: AbortSignal,
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback that returns nothing goes on
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
        // Paused, so that the rest can still be read by another.
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

/** Why a body broke off, by the error of its stream. */
export function bodyError(error: unknown): LookoutError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('HPE_'))
    return new LookoutError('source_protocol_error', `The camera's answer breaks the rules of HTTP (${code})`);
  return new LookoutError('camera_closed', 'The camera closed the connection', {
    hint: 'It may have restarted, or another viewer took its place: many cameras serve one at a time.',
  });
}
