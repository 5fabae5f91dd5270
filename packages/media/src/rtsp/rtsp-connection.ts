import { connect, type Socket } from 'node:net';
import { LookoutError } from '@lookout/protocol/core';
import type { AddressGuard } from '../network/address-guard.js';
import { Authenticator } from '../source/authenticator.js';
import { networkError } from '../source/connection-error.js';
import { connectTls } from '../source/tls-pin.js';
import {
  headerValue,
  type RtspHeaders,
  RtspMessageParser,
  type RtspResponse,
  type RtspServerRequest,
} from './message-parser.js';
import type { RtspUrl } from './rtsp-url.js';

export interface RtspConnectionOptions {
  /** Time limit to connect, and for each complete answer, ms. */
  timeoutMs: number;
  /** rtsps: the only certificate to accept. */
  tlsPin: string | undefined;
  userAgent: string;
  guard: AddressGuard;
}

export interface RtspConnectionHandlers {
  /** `payload` is valid during the call only. */
  onInterleaved(channel: number, payload: Uint8Array): void;
  onBytes(count: number): void;
  /** The connection failed or ended; called once, even if no request is pending. */
  onFailure(error: LookoutError): void;
}

interface PendingRequest {
  resolve(response: RtspResponse): void;
  reject(error: LookoutError): void;
  readonly method: string;
  readonly timer: NodeJS.Timeout;
}

/** Concurrent requests: the handshake has one, keep-alive and TEARDOWN may add to it. */
const MAX_PENDING_REQUESTS = 8;
/** Bytes that we have written and the camera has not read. */
const MAX_UNSENT_BYTES = 64 * 1024;
const ANSWERED_METHODS = new Set(['OPTIONS', 'GET_PARAMETER', 'SET_PARAMETER', 'ANNOUNCE', 'TEARDOWN', 'REDIRECT']);

/** The control connection of an RTSP session (RFC 2326): requests and their answers, authentication, interleaved frames. */
export class RtspConnection {
  readonly #socket: Socket;
  readonly #options: RtspConnectionOptions;
  readonly #handlers: RtspConnectionHandlers;
  readonly #authenticator: Authenticator | undefined;
  readonly #pending = new Map<number, PendingRequest>();
  readonly #connectTimer: NodeJS.Timeout;
  /** Resolves once the connection is open or has failed. */
  readonly #ready: Promise<void>;
  #onReady: () => void = () => {};
  #cseq = 0;
  #failure: LookoutError | undefined;
  #closed = false;

  constructor(url: RtspUrl, options: RtspConnectionOptions, handlers: RtspConnectionHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#authenticator = url.credentials && new Authenticator(url.credentials);
    const parser = new RtspMessageParser({
      onMessage: (message) => this.#onMessage(message),
      onInterleaved: (channel, payload) => handlers.onInterleaved(channel, payload),
    });
    const { host, port, named, secure } = url;
    const { tlsPin, guard } = options;
    const address = { host, port, lookup: guard.lookupFor({ host, port, named }) };
    this.#ready = new Promise((resolve) => {
      this.#onReady = resolve;
    });
    this.#socket = secure ? connectTls({ ...address, tlsPin }, this.#onReady) : connect(address, this.#onReady);
    this.#socket.setNoDelay();
    this.#connectTimer = setTimeout(() => {
      this.#fail(connectError({ code: 'ETIMEDOUT' }, url));
    }, options.timeoutMs);
    this.#socket.on('connect', () => {
      if (!named) guard.reached({ host, port, named }, this.addresses.remote);
    });
    void this.#ready.then(() => clearTimeout(this.#connectTimer));
    this.#socket.on('data', (chunk) => this.#onData(parser, chunk));
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#fail(connectError(error, url)));
    this.#socket.on('close', () => this.#fail(new LookoutError('camera_closed', 'The camera closed the connection')));
  }

  /** Local and remote address of the connection. */
  get addresses(): { local: string; remote: string } {
    return { local: this.#socket.localAddress ?? '', remote: this.#socket.remoteAddress ?? '' };
  }

  /**
   * Sends a request and returns its answer, whatever its status; a 401 is answered if there are credentials.
   * @throws LookoutError `camera_unauthorized`, `camera_unreachable` when no answer comes, or why the connection broke.
   */
  async request(method: string, url: string, headers: Readonly<Record<string, string>> = {}): Promise<RtspResponse> {
    await this.#ready;
    // The first answer to a challenge is final, unless the server says that only its nonce was stale.
    for (let answersLeft = 1; ; answersLeft -= 1) {
      const authorized = this.#authenticator?.isChallenged ?? false;
      const response = await this.#send(method, url, headers);
      if (response.status !== 401) return response;
      const challenge = this.#authenticator?.challenge(response.headers.get('www-authenticate') ?? []);
      if (!challenge) throw unauthorized('The camera requires a user name and password');
      const { answerable, stale } = challenge;
      // Some cameras refuse a wrong password without another challenge.
      const refused = authorized && !answerable;
      if (refused || (answersLeft <= 0 && !(stale && answersLeft > -2))) {
        throw unauthorized('The camera refused the user name or password');
      }
      if (!answerable) throw unauthorized('The camera requires a kind of authentication that is not supported');
    }
  }

  /** Sends an interleaved frame; dropped when the camera does not read. */
  sendInterleaved(channel: number, payload: Uint8Array): void {
    if (this.#failure || this.#closed || this.#socket.writableLength > MAX_UNSENT_BYTES) return;
    const head = Buffer.from([0x24, channel, payload.length >> 8, payload.length & 0xff]);
    this.#socket.write(Buffer.concat([head, payload]));
  }

  /** Closes the connection; pending requests fail. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#release(new LookoutError('camera_closed', 'The connection was closed'));
    this.#socket.destroy();
  }

  #send(method: string, url: string, headers: Readonly<Record<string, string>>): Promise<RtspResponse> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      if (this.#closed) return reject(new LookoutError('camera_closed', 'The connection was closed'));
      if (this.#pending.size >= MAX_PENDING_REQUESTS || this.#socket.writableLength > MAX_UNSENT_BYTES) {
        return reject(new LookoutError('camera_unreachable', 'The camera does not answer'));
      }
      // Addresses also come from the camera (Content-Base, control): they must not forge header lines.
      if (!/^[\x21-\x7e]+$/.test(url)) {
        return reject(
          new LookoutError('source_protocol_error', 'The camera gave an address with forbidden characters'),
        );
      }
      const cseq = ++this.#cseq;
      const timer = setTimeout(() => {
        this.#pending.delete(cseq);
        reject(
          new LookoutError(
            'camera_unreachable',
            `The camera did not answer ${method} within ${this.#options.timeoutMs} ms`,
          ),
        );
      }, this.#options.timeoutMs);
      this.#pending.set(cseq, { resolve, reject, method, timer });
      const authorization = this.#authenticator?.authorization(method, url);
      const fields = {
        CSeq: String(cseq),
        'User-Agent': this.#options.userAgent,
        ...(authorization === undefined ? {} : { Authorization: authorization }),
        ...headers,
      };
      const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
      this.#socket.write(`${method} ${url} RTSP/1.0\r\n${lines.join('')}\r\n`);
    });
  }

  #onData(parser: RtspMessageParser, chunk: Buffer): void {
    if (this.#failure || this.#closed) return;
    try {
      this.#handlers.onBytes(chunk.length);
      parser.push(chunk);
    } catch (error) {
      this.#fail(
        error instanceof LookoutError
          ? error
          : new LookoutError('internal', 'Reading from the camera failed', { cause: error }),
      );
    }
  }

  #onMessage(message: RtspResponse | RtspServerRequest): void {
    if (message.kind === 'request') {
      this.#answer(message);
      return;
    }
    const cseq = this.#answeredBy(message.headers);
    const pending = cseq === undefined ? undefined : this.#pending.get(cseq);
    // Late response to an abandoned request, or 100 Continue.
    if (cseq === undefined || !pending || message.status < 200) return;
    this.#pending.delete(cseq);
    clearTimeout(pending.timer);
    pending.resolve(message);
  }

  /** The CSeq of the request that a response answers. If the camera leaves it out, that is clear only while one request is pending. */
  #answeredBy(headers: RtspHeaders): number | undefined {
    const value = headerValue(headers, 'cseq');
    if (value !== undefined) return Number.parseInt(value, 10);
    return this.#pending.size === 1 ? this.#pending.keys().next().value : undefined;
  }

  #answer(request: RtspServerRequest): void {
    if (this.#socket.writableLength <= MAX_UNSENT_BYTES) {
      const cseq = headerValue(request.headers, 'cseq') ?? '0';
      const status = ANSWERED_METHODS.has(request.method) ? '200 OK' : '501 Not Implemented';
      const allowed = request.method === 'OPTIONS' ? 'Public: OPTIONS, GET_PARAMETER, SET_PARAMETER, TEARDOWN\r\n' : '';
      this.#socket.write(`RTSP/1.0 ${status}\r\nCSeq: ${/^\d{1,10}$/.test(cseq) ? cseq : '0'}\r\n${allowed}\r\n`);
    }
    if (request.method === 'TEARDOWN' || request.method === 'REDIRECT') {
      this.#fail(new LookoutError('camera_closed', 'The camera ended the session'));
    }
  }

  #fail(error: LookoutError): void {
    if (this.#failure || this.#closed) return;
    this.#failure = error;
    this.#release(error);
    // Lets an answer that was just written go out before the connection ends.
    this.#socket.destroySoon();
    this.#handlers.onFailure(error);
  }

  #release(error: LookoutError): void {
    clearTimeout(this.#connectTimer);
    this.#onReady();
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#pending.clear();
  }
}

function unauthorized(message: string): LookoutError {
  return new LookoutError('camera_unauthorized', message, {
    hint: 'Check the user name and password in the address of the camera.',
  });
}

/** Why there is no connection, and what to try. Contains the address's host and port, but no other part of it. */
function connectError(
  error: LookoutError | Pick<NodeJS.ErrnoException, 'code'>,
  { host, port }: RtspUrl,
): LookoutError {
  if (error instanceof LookoutError) return error;
  const { code = 'unknown error' } = error;
  const portHint = 'RTSP is 554 on most cameras, and may have to be switched on.';
  const network = networkError(code, { host, port, portHint });
  if (network !== undefined) return network;
  const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return new LookoutError('source_protocol_error', `No TLS connection to ${where} could be made (${code})`, {
      hint: 'If the camera does not offer TLS at this port, use rtsp:// here.',
    });
  }
  // The system's own message is left out on purpose: only its code is known to contain no password.
  return new LookoutError('camera_closed', `The connection to ${where} broke (${code})`);
}
