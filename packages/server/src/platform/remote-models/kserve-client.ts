import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { LookoutError } from '@lookout/protocol';
import { type EncodedMessage, KSERVE_HEADER_LENGTH } from '../kserve/message.js';

export interface KServeAddress {
  /** Without credentials: http(s), host, port and what stands before `/v2`. */
  url: string;
  /** Of the header of that name. */
  authorization?: string;
  timeoutMs: number;
}

export interface KServeAnswer {
  body: Buffer;
  headerLength: string | undefined;
}

/** Most bytes of an answer: the tables of the largest detectors have a tenth of it. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const MAX_REASON_LENGTH = 300;

/** Speaks to one server of the KServe v2 protocol over connections that are kept. */
export class KServeClient {
  readonly #address: KServeAddress;
  readonly #base: string;
  readonly #agent: HttpAgent;
  readonly #isTls: boolean;

  constructor(address: KServeAddress) {
    this.#address = address;
    this.#base = address.url.replace(/\/+$/, '');
    this.#isTls = this.#base.startsWith('https:');
    this.#agent = new (this.#isTls ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 4, noDelay: true });
  }

  /** What to call it in messages: without credentials and path. */
  get name(): string {
    return `The KServe server ${new URL(this.#base).host}`;
  }

  /**
   * @param path behind the address, e.g. `/v2/models/m`.
   * @param message sent by POST; absent: GET.
   * @throws LookoutError `unavailable` where it does not answer, or says that trying again can help; `inference_failed` for another
   *   refusal, in its words.
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
      const reason = timeout.aborted ? `not within ${timeoutMs} ms` : reasonOf(error);
      throw new LookoutError('unavailable', `${this.name} does not answer: ${reason}`, { cause: error });
    }
    const status = answer.statusCode ?? 0;
    const header = answer.headers[KSERVE_HEADER_LENGTH.toLowerCase()];
    if (status === 200) return { body: bytes, headerLength: header === undefined ? undefined : String(header) };
    // Busy, starting or ending, or a proxy before it that does not reach it.
    const passes = status === 429 || (status >= 502 && status <= 504);
    throw new LookoutError(
      passes ? 'unavailable' : 'inference_failed',
      `${this.name} refuses ${path}: ${status} ${refusalOf(bytes)}`.trimEnd(),
      status === 401 || status === 403 ? { hint: 'Give a user and password in its URL, or KSERVE_TOKEN.' } : {},
    );
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(path: string, message: EncodedMessage | undefined, signal: AbortSignal): Promise<IncomingMessage> {
    const { authorization } = this.#address;
    const { body, headerLength } = message ?? {};
    // Servers that only know JSON look at the type.
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
        // The server let go of a connection that was idle just as it was used again: a run does no harm twice.
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
      throw new LookoutError(
        'inference_failed',
        `An answer of the KServe server is larger than ${MAX_ANSWER_BYTES} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
}

/** Node's code says it shortest; where several addresses were tried, that of the first. */
function reasonOf(error: unknown): string {
  const { code, message, errors } = error as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] };
  return code ?? errors?.[0]?.code ?? message;
}

/** The protocol's `error`, or the `detail` of FastAPI, in which MLServer and KServe are written; or nothing. */
function refusalOf(bytes: Buffer): string {
  try {
    const { error, detail } = JSON.parse(bytes.toString()) as { error?: unknown; detail?: unknown };
    // FastAPI's list repeats what it was sent beside each message.
    const messages = Array.isArray(detail) ? detail.map((one: { msg?: unknown }) => one.msg).join('; ') : detail;
    const reason = error ?? messages;
    return typeof reason === 'string' ? reason.slice(0, MAX_REASON_LENGTH) : '';
  } catch {
    // A page of a proxy, say.
    return '';
  }
}
