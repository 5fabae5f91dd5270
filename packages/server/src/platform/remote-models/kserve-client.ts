import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { LookoutError } from '@lookout/protocol/core';
import { type EncodedMessage, KSERVE_HEADER_LENGTH } from '../kserve/message.js';

export interface KServeAddress {
  /** Without credentials: http(s), host, port and any path before `/v2`. */
  url: string;
  /** Value of the `Authorization` header. */
  authorization?: string;
  timeoutMs: number;
  /** Connections at once. */
  maxSockets: number;
}

export interface KServeAnswer {
  body: Uint8Array;
  headerLength: string | undefined;
}

/** Maximum bytes of a response: ten times the outputs of the largest detectors. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const MAX_REASON_LENGTH = 300;

/** Client of one server of the KServe v2 protocol, over persistent connections. */
export class KServeClient {
  readonly #address: KServeAddress;
  readonly #base: string;
  readonly #agent: HttpAgent;
  readonly #isTls: boolean;

  constructor(address: KServeAddress) {
    this.#address = address;
    this.#base = address.url.replace(/\/+$/, '');
    this.#isTls = this.#base.startsWith('https:');
    const { maxSockets } = address;
    this.#agent = new (this.#isTls ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets, noDelay: true });
  }

  /** Name for messages, without credentials and path. */
  get name(): string {
    return `The KServe server ${new URL(this.#base).host}`;
  }

  /**
   * @param path after the server's address, e.g. `/v2/models/m`
   * @param message sent by POST; undefined: GET
   * @throws LookoutError `unavailable` if it does not answer or reports a temporary failure; `frame_invalid` if it can't read
   * a picture; `inference_failed` for other errors, with the server's message
   */
  async ask(path: string, message?: EncodedMessage): Promise<KServeAnswer> {
    const { timeoutMs } = this.#address;
    const timeout = AbortSignal.timeout(timeoutMs);
    let answer: IncomingMessage;
    let bytes: Buffer;
    try {
      answer = await this.#send(path, message, timeout);
      bytes = await readBody(answer);
    } catch (error) {
      if (error instanceof LookoutError) throw error;
      const reason = timeout.aborted ? `no response within ${timeoutMs} ms` : reasonOf(error);
      throw new LookoutError('unavailable', `${this.name} is not reachable: ${reason}`, { cause: error });
    }
    const status = answer.statusCode ?? 0;
    const header = answer.headers[KSERVE_HEADER_LENGTH.toLowerCase()];
    if (status === 200) return { body: bytes, headerLength: header === undefined ? undefined : String(header) };
    // The server is busy, starting or stopping, or a proxy can't reach it.
    const passes = status === 429 || (status >= 502 && status <= 504);
    const { reason, isOfPicture } = refusalOf(bytes);
    const code = isOfPicture ? 'frame_invalid' : 'inference_failed';
    throw new LookoutError(
      passes ? 'unavailable' : code,
      `${this.name} answered ${path} with ${status} ${reason}`.trimEnd(),
      status === 401 || status === 403
        ? { hint: 'Put a user name and password in its URL, or set KSERVE_TOKEN or --kserve-token-file.' }
        : {},
    );
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(path: string, message: EncodedMessage | undefined, signal: AbortSignal): Promise<IncomingMessage> {
    const { authorization } = this.#address;
    const { body, headerLength } = message ?? {};
    // Servers without binary support check the content type.
    const type = headerLength === undefined ? 'application/json' : 'application/octet-stream';
    const send = this.#isTls ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const request = send(`${this.#base}${path}`, {
        agent: this.#agent,
        signal,
        method: body ? 'POST' : 'GET',
        headers: {
          ...(authorization !== undefined && { Authorization: authorization }),
          ...(body && { 'Content-Type': type, 'Content-Length': String(body.length) }),
          ...(headerLength !== undefined && { [KSERVE_HEADER_LENGTH]: headerLength }),
        },
      });
      request.on('response', resolve).end(body);
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed the idle connection just as it was reused. Repeating a run is harmless.
        const wasClosed = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        if (wasClosed) resolve(this.#send(path, message, signal));
        else reject(error);
      });
    });
  }
}

async function readBody(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) {
      answer.destroy();
      throw new LookoutError('inference_failed', `A response of the KServe server exceeds ${MAX_ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
}

/** Node's error code is shortest; if several addresses were tried, the first one's. */
function reasonOf(error: unknown): string {
  const { code, message, errors } = error as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] };
  return code ?? errors?.[0]?.code ?? message;
}

/**
 * The protocol's `error`, or `detail` of FastAPI, which MLServer and KServe use; otherwise empty. Another Lookout says if it was
 * for the picture.
 */
function refusalOf(bytes: Uint8Array): { reason: string; isOfPicture: boolean } {
  try {
    const { error, detail, errors } = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
    // FastAPI's list repeats the input beside each message.
    const messages = Array.isArray(detail) ? detail.map((one: { msg?: unknown }) => one.msg).join('; ') : detail;
    const reason = error ?? messages;
    const [first] = Array.isArray(errors) ? (errors as Array<{ field?: unknown }>) : [];
    return {
      reason: typeof reason === 'string' ? reason.slice(0, MAX_REASON_LENGTH) : '',
      isOfPicture: first?.field === 'inputs.0.data.0',
    };
  } catch {
    // Not JSON, e.g. a proxy's error page.
    return { reason: '', isOfPicture: false };
  }
}
