import { randomUUID } from 'node:crypto';
import { LookoutError } from '@lookout/protocol/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface JsonLimits {
  /** Nesting of arrays and objects. */
  depth: number;
  /** Total strings, elements and fields. */
  values: number;
  /** Bytes without long strings. */
  bytes: number;
}

/** JSON that parses quickly, whoever wrote it. */
export interface BoundedJson {
  /** The JSON with each long string replaced by a placeholder. */
  text: string;
  /** Long strings by placeholder: the bytes between the quotes, including escapes, as a view of the message. */
  longTexts: ReadonlyMap<string, Uint8Array>;
}

/** More than any message needs, and parsed in a few milliseconds. */
const DEFAULT_LIMITS: JsonLimits = { depth: 32, values: 20_000, bytes: 1024 * 1024 };
/** Only base64 images are longer. */
const LONG_TEXT_BYTES = 16 * 1024;
/** Longer than any other field may be, so that a placeholder in such a field is rejected. */
const PLACEHOLDER_CHARACTERS = 2048;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Checks depth and number of values before JSON is parsed: megabytes of brackets take seconds and hundreds of megabytes to parse
 * and to free. Does not check whether the JSON is valid.
 * @param onLongText called with the range of each long string between its quotes
 * @throws LookoutError `bad_request`
 */
export function checkJsonSize(
  message: Uint8Array,
  limits: Pick<JsonLimits, 'depth' | 'values'>,
  onLongText: (start: number, end: number) => void = () => undefined,
): void {
  const json = bufferOf(message);
  const strings = new StringEnds(json);
  let depth = 0;
  let values = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) {
      const end = strings.endOf(at + 1);
      if (end - at > LONG_TEXT_BYTES) onLongText(at + 1, end);
      at = end;
      values++;
    } else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
      depth++;
      values++;
    } else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) depth--;
    else if (byte === COMMA) values++;
    else continue;
    if (depth > limits.depth) throw refusal(`is nested more than ${limits.depth} deep`);
    if (values > limits.values) throw refusal(`has more than ${limits.values} values`);
  }
}

/**
 * Applies the main thread's limits and extracts long strings, so that base64 images are decoded from the message itself.
 * @throws LookoutError `bad_request`, `payload_too_large`
 */
export function boundJson(message: Uint8Array): BoundedJson {
  const json = bufferOf(message);
  const longTexts = new Map<string, Uint8Array>();
  const parts: Buffer[] = [];
  const nonce = randomUUID();
  let taken = 0;
  checkJsonSize(json, DEFAULT_LIMITS, (start, end) => {
    const placeholder = `${nonce}-${longTexts.size}`.padEnd(PLACEHOLDER_CHARACTERS, '.');
    longTexts.set(placeholder, json.subarray(start, end));
    parts.push(json.subarray(taken, start), Buffer.from(placeholder));
    taken = end;
  });
  parts.push(json.subarray(taken));
  const rest = parts.length === 1 ? json : Buffer.concat(parts);
  if (rest.length > DEFAULT_LIMITS.bytes) {
    throw new LookoutError('payload_too_large', `The JSON without images exceeds ${DEFAULT_LIMITS.bytes} bytes`);
  }
  return { text: rest.toString(), longTexts };
}

function refusal(what: string): LookoutError {
  return new LookoutError('bad_request', `The JSON ${what}`);
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Finds the ends of JSON strings. Called in order, it examines each byte about once. */
class StringEnds {
  readonly #json: Buffer;
  #nextBackslash = -1;

  constructor(json: Buffer) {
    this.#json = json;
  }

  /** @param start of a string, after its quote @returns position of its closing quote, or the end of the JSON */
  endOf(start: number): number {
    const json = this.#json;
    if (this.#nextBackslash < start) this.#nextBackslash = find(json, BACKSLASH, start);
    const end = find(json, QUOTE, start);
    if (this.#nextBackslash > end) return end;
    let at = this.#nextBackslash;
    while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
    return Math.min(at, json.length);
  }
}

function find(bytes: Buffer, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at === -1 ? bytes.length : at;
}

/**
 * Parses bodies as bounded JSON.
 * @param options.types content types; default JSON's own
 * @param options.emptyIsNone treat an empty body as undefined; default: reject it
 * @param options.finish converts the parsed value into the request's body
 */
export function addJsonParser(
  app: FastifyInstance,
  {
    types = ['application/json'],
    emptyIsNone = false,
    finish = (value: unknown, _json: BoundedJson): unknown => value,
  }: { types?: string[]; emptyIsNone?: boolean; finish?: (value: unknown, json: BoundedJson) => unknown } = {},
): void {
  // Also rejects `__proto__`.
  const parse = app.getDefaultJsonParser('error', 'error') as (
    request: FastifyRequest,
    text: string,
    done: (error: Error | null, value?: unknown) => void,
  ) => void;
  for (const type of types) if (app.hasContentTypeParser(type)) app.removeContentTypeParser(type);
  app.addContentTypeParser<Buffer>(types, { parseAs: 'buffer' }, (request, body, done) => {
    if (emptyIsNone && body.length === 0) {
      done(null, undefined);
      return;
    }
    let json: BoundedJson;
    try {
      json = boundJson(body);
    } catch (error) {
      done(error as Error);
      return;
    }
    parse(request, json.text, (error, value) => (error ? done(error) : done(null, finish(value, json))));
  });
}
