import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RawRequest } from './request-maker.js';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Whole, or of a stream what came first. */
  body: Buffer;
  /** It would have gone on. */
  stream: boolean;
}

/** An answer that takes longer counts as none. */
const TIMEOUT_MS = 60_000;
/** A stream's first words come at once; one that has none is not waited for. */
const STREAM_MS = 250;
const MAX_STREAM_BYTES = 200_000;
const STREAMS = /^(multipart\/x-mixed-replace|text\/event-stream)/;

/**
 * Sends a request as it is and reads its answer. @returns undefined where the client went away by itself (`cutAfter`)
 * @throws Error where none came
 */
export function exchange(port: number, raw: RawRequest): Promise<Answer | undefined> {
  const { method, target: path, headers, body, cutAfter } = raw;
  return new Promise((resolve, reject) => {
    const length: Record<string, number> = body ? { 'content-length': body.length } : {};
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      method,
      path,
      agent: false,
      headers: { ...length, ...headers },
    });
    const timer = setTimeout(() => request.destroy(new Error(`No answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
    let answered = false;
    request.once('response', (response) => {
      answered = true;
      read(response)
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(timer);
          request.destroy();
        });
    });
    request.once('upgrade', (response, socket) => {
      answered = true;
      clearTimeout(timer);
      socket.destroy();
      resolve({ status: 101, headers: response.headers, body: Buffer.alloc(0), stream: true });
    });
    // After its answer, what becomes of the rest of a request is nobody's concern.
    request.on('error', (error) => {
      if (answered) return;
      clearTimeout(timer);
      if (cutAfter === undefined) reject(error);
      else resolve(undefined);
    });
    if (cutAfter === undefined || body === undefined) {
      request.end(body);
      return;
    }
    request.write(body.subarray(0, cutAfter), () => setTimeout(() => request.destroy(new Error('gone')), 5));
  });
}

async function read(response: IncomingMessage): Promise<Answer> {
  const stream = STREAMS.test(response.headers['content-type'] ?? '') && response.statusCode === 200;
  const chunks: Buffer[] = [];
  const whole = new Promise<void>((resolve, reject) => {
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (stream && bytes > MAX_STREAM_BYTES) resolve();
    });
    response.once('end', resolve);
    response.once('error', (error) => (stream ? resolve() : reject(error)));
  });
  await (stream ? Promise.race([whole, sleep(STREAM_MS)]) : whole);
  const answer = { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks), stream };
  if (stream) response.destroy();
  return answer;
}
