import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request exactly as it is sent, without normalisation. */
export interface SentRequest {
  readonly method: string;
  /** Path and query, escaped or not. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | undefined;
  /** Bytes of the body after which the client disconnects. */
  readonly cutAfter?: number | undefined;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** The whole body; for a stream, its beginning. */
  body: Buffer;
}

/** A slower answer counts as none. */
const TIMEOUT_MS = 60_000;
/** How long a stream is read. It may be cut off before: nothing else tells its reader that what it shows is gone. */
const STREAM_MS = 100;
const STREAMS = /^(multipart\/x-mixed-replace|text\/event-stream)/;

/**
 * Sends a request unchanged and reads its answer. @returns undefined when the client disconnected by itself (`cutAfter`)
 * @throws Error when no answer came
 */
export async function exchange(
  port: number,
  { method, target: path, headers, body, cutAfter }: SentRequest,
): Promise<Answer | undefined> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const length = body ? { 'content-length': body.length } : {};
  const request = httpRequest({
    ...{ host: '127.0.0.1', port, method, path, agent: false, signal },
    headers: { ...length, ...headers },
  });
  const answered = new Promise<Answer>((resolve, reject) => {
    request.once('response', (response) => read(response, `${method} ${path}`).then(resolve, reject));
    request.once('upgrade', ({ headers: given }, socket) => {
      socket.destroy();
      resolve({ status: 101, headers: given, body: Buffer.alloc(0) });
    });
    // Errors after the answer concern the rest of the request, which nobody reads.
    request.on('error', reject);
  });
  try {
    if (cutAfter === undefined || body === undefined) {
      request.end(body);
      return await answered;
    }
    request.write(body.subarray(0, cutAfter));
    return await Promise.race([answered, sleep(20, undefined)]);
  } finally {
    answered.catch(() => undefined);
    request.destroy();
  }
}

async function read(response: IncomingMessage, asked: string): Promise<Answer> {
  const { statusCode: status = 0, headers } = response;
  const isStream = status === 200 && STREAMS.test(headers['content-type'] ?? '');
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = once(response, 'end');
  const cutOff = ended.catch((cause: unknown) => {
    if (isStream) return;
    throw new Error(`${asked}: the answer ${status} was cut off`, { cause });
  });
  await (isStream ? Promise.race([cutOff, sleep(STREAM_MS)]) : cutOff);
  return { status, headers, body: Buffer.concat(chunks) };
}
