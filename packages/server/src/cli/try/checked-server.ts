import { WebSocket } from 'ws';
import { ANSWER_TIMEOUT_MS, AskingSocket, parse } from './asking-socket.js';

export interface CheckedServerOptions {
  url: string;
  key: string | undefined;
  /** A valid image. */
  picture: Uint8Array<ArrayBuffer>;
  signal: AbortSignal;
}

export interface Answer {
  what: string;
  status: number;
  type: string;
  json: Record<string, unknown>;
}

/** Requests that check how a server handles mistakes. */
export class CheckedServer {
  readonly picture: Uint8Array<ArrayBuffer>;
  readonly base64: string;
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #signal: AbortSignal;

  constructor({ url, key, picture, signal }: CheckedServerOptions) {
    this.picture = picture;
    this.base64 = Buffer.from(picture).toString('base64');
    this.#url = url;
    this.#headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    this.#signal = signal;
  }

  async call(method: string, path: string, body?: object | Uint8Array<ArrayBuffer>): Promise<Answer> {
    const isBytes = body instanceof Uint8Array;
    const type = isBytes ? 'application/octet-stream' : 'application/json';
    const response = await fetch(this.#url + path, {
      method,
      headers: { ...this.#headers, ...(body && { 'content-type': type }) },
      body: isBytes ? body : body && JSON.stringify(body),
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    });
    const text = await response.text();
    return {
      what: `${method} ${path.replace(/[\da-f-]{36}/, '…')}`,
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      json: parse(text),
    };
  }

  /** Expects a problem document of one of these statuses. @param field a field it must name; undefined: any or none */
  async refuses(
    statuses: readonly number[],
    field: string | undefined,
    method: string,
    path: string,
    body?: object | Uint8Array<ArrayBuffer>,
  ): Promise<void> {
    const answer = await this.call(method, path, body);
    const { status, type, json, what } = answer;
    if (!statuses.includes(status))
      throw new Error(`Expected ${what} to be refused with ${statuses.join(' or ')}, got ${status}`);
    if (!type.startsWith('application/problem+json') || typeof json.detail !== 'string' || json.status !== status) {
      throw new Error(`Expected a problem document from ${what}, got ${type || 'nothing'}`);
    }
    const named = JSON.stringify(json.errors ?? '') + json.detail;
    if (field !== undefined && !named.includes(field))
      throw new Error(`Expected ${what} to name ${field}, got: ${json.detail}`);
  }

  async socket(): Promise<AskingSocket> {
    const socket = new WebSocket(`${this.#url.replace(/^http/, 'ws')}/stream/detection`, {
      headers: this.#headers,
      handshakeTimeout: ANSWER_TIMEOUT_MS,
      perMessageDeflate: false,
    });
    const asking = new AskingSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return asking;
  }

  /** @returns the status with which an upgrade is refused; 101 if it is accepted */
  refusedUpgrade(path: string): Promise<number> {
    const socket = new WebSocket(this.#url.replace(/^http/, 'ws') + path, {
      headers: this.#headers,
      handshakeTimeout: ANSWER_TIMEOUT_MS,
    });
    return new Promise((resolve, reject) => {
      socket.once('unexpected-response', (request, response) => {
        resolve(response.statusCode ?? 0);
        response.resume();
        request.destroy();
      });
      socket.once('open', () => {
        resolve(101);
        socket.terminate();
      });
      socket.on('error', reject);
    });
  }
}

/** @throws Error with the answer if it is not as expected */
export function expectThat(holds: boolean, answer: Answer): void {
  if (!holds) throw unexpected(`${answer.what} to be answered`, { status: answer.status, ...answer.json });
}

export function unexpected(what: string, answer: object): Error {
  return new Error(`Expected ${what}, got ${JSON.stringify(answer).slice(0, 300)}`);
}
