import { LookoutError } from '@lookout/protocol/core';

/** Header fields by lower-case name, each with all its values in order. */
export type RtspHeaders = ReadonlyMap<string, readonly string[]>;

export interface RtspResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: RtspHeaders;
  readonly body: string;
}

/** A request the server sends on our connection (RFC 2326 §10: OPTIONS, GET_PARAMETER, TEARDOWN …). */
export interface RtspServerRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly headers: RtspHeaders;
}

export interface MessageParserHandlers {
  onMessage(message: RtspResponse | RtspServerRequest): void;
  /** `payload` is valid during the call only. */
  onInterleaved(channel: number, payload: Uint8Array): void;
}

/** Head and body of a message together, bytes. */
export const MAX_MESSAGE_BYTES = 65_536;

const DOLLAR = 0x24;
const CR = 0x0d;
const LF = 0x0a;
const NO_BYTES = Buffer.alloc(0);

/**
 * Splits the bytes of an RTSP/TCP connection into messages and interleaved frames (RFC 2326 §10.12), however they are cut into chunks.
 * Holds at most one unfinished message or frame (64 KB and its head) and the current chunk.
 */
export class RtspMessageParser {
  readonly #handlers: MessageParserHandlers;
  /** Bytes of the unfinished item, from `#start` to `#end`. */
  #store: Buffer = NO_BYTES;
  #start = 0;
  #end = 0;
  /** How much of the unfinished head has been searched for its end, so that a head sent byte by byte costs linear time. */
  #searched = 0;

  constructor(handlers: MessageParserHandlers) {
    this.#handlers = handlers;
  }

  /** @throws LookoutError `source_protocol_error` when the bytes are not RTSP or a message is too large. */
  push(chunk: Buffer): void {
    if (this.#end === this.#start) {
      // The usual case, without a copy: only what is left over is stored.
      const used = this.#parse(chunk, 0, chunk.length);
      if (used < chunk.length) this.#keep(chunk, used, chunk.length);
      return;
    }
    this.#keep(chunk, 0, chunk.length);
    this.#start = this.#parse(this.#store, this.#start, this.#end);
    if (this.#start === this.#end) this.#start = this.#end = 0;
  }

  #keep(bytes: Buffer, from: number, to: number): void {
    const held = this.#end - this.#start;
    const needed = held + to - from;
    if (this.#store.length - this.#end < to - from) {
      const target =
        needed > this.#store.length ? Buffer.allocUnsafe(Math.max(needed, 2 * this.#store.length)) : this.#store;
      this.#store.copy(target, 0, this.#start, this.#end);
      this.#store = target;
      this.#start = 0;
      this.#end = held;
    }
    bytes.copy(this.#store, this.#end, from, to);
    this.#end += to - from;
  }

  /** Parses whole items of `bytes` in [from, to); returns where the first unfinished one begins. */
  #parse(bytes: Buffer, from: number, to: number): number {
    let at = from;
    while (at < to) {
      const first = bytes[at]!;
      if (first === DOLLAR) {
        if (to - at < 4) return at;
        const length = bytes.readUInt16BE(at + 2);
        if (to - at < 4 + length) return at;
        this.#handlers.onInterleaved(bytes[at + 1]!, bytes.subarray(at + 4, at + 4 + length));
        at += 4 + length;
      } else if (first === CR || first === LF) {
        at += 1; // stray line ends between messages are allowed (RFC 2326 §4.1)
      } else {
        const length = this.#parseMessage(bytes, at, to);
        if (length === 0) return at;
        at += length;
      }
    }
    return at;
  }

  /** @returns the bytes that the message takes, 0 when it is not complete yet. */
  #parseMessage(bytes: Buffer, at: number, to: number): number {
    if (!isUpperCase(bytes[at]!)) throw protocolError('The camera sent bytes that are not RTSP');
    const from = at + Math.max(0, this.#searched - 3);
    const found = bytes.subarray(from, Math.min(to, at + MAX_MESSAGE_BYTES)).indexOf('\r\n\r\n');
    if (found < 0) {
      this.#searched = to - at;
      if (to - at >= MAX_MESSAGE_BYTES)
        throw protocolError(`The camera sent a message head over ${MAX_MESSAGE_BYTES} bytes`);
      return 0;
    }
    const headEnd = from + found;
    const head = bytes.toString('latin1', at, headEnd).split('\r\n');
    const headers = parseHeaders(head);
    const bodyLength = contentLength(headers);
    const headLength = headEnd + 4 - at;
    if (headLength + bodyLength > MAX_MESSAGE_BYTES) {
      throw protocolError(`The camera sent a message over ${MAX_MESSAGE_BYTES} bytes`);
    }
    if (to - at < headLength + bodyLength) {
      this.#searched = headEnd - at;
      return 0;
    }
    this.#searched = 0;
    const bodyStart = at + headLength;
    this.#handlers.onMessage(
      startLine(head[0] ?? '', headers, bytes.toString('utf8', bodyStart, bodyStart + bodyLength)),
    );
    return headLength + bodyLength;
  }
}

/** The first value of a header field. */
export function headerValue(headers: RtspHeaders, name: string): string | undefined {
  return headers.get(name.toLowerCase())?.[0];
}

function startLine(line: string, headers: RtspHeaders, body: string): RtspResponse | RtspServerRequest {
  const response = /^RTSP\/1\.\d\s+(\d{3})(?:\s+(.*))?$/.exec(line);
  if (response) return { kind: 'response', status: Number(response[1]), reason: response[2] ?? '', headers, body };
  const request = /^([A-Z_]{1,32})\s+\S+\s+RTSP\/1\.\d$/.exec(line);
  if (request) return { kind: 'request', method: request[1] ?? '', headers };
  throw protocolError('The camera sent a message that is not RTSP/1.0');
}

function parseHeaders(lines: readonly string[]): RtspHeaders {
  const headers = new Map<string, string[]>();
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue; // a broken line of a sloppy camera costs only itself
    const name = line.slice(0, colon).trim().toLowerCase();
    const values = headers.get(name);
    const value = line.slice(colon + 1).trim();
    if (values) values.push(value);
    else headers.set(name, [value]);
  }
  return headers;
}

function contentLength(headers: RtspHeaders): number {
  const value = headerValue(headers, 'content-length');
  if (value === undefined) return 0;
  if (!/^\d{1,9}$/.test(value)) throw protocolError('The camera sent a Content-Length that is not a number');
  return Number(value);
}

function isUpperCase(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function protocolError(message: string): LookoutError {
  return new LookoutError('source_protocol_error', message);
}
