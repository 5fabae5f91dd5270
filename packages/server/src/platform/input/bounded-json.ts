import { randomUUID } from 'node:crypto';
import { LookoutError } from '@lookout/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface JsonLimits {
  /** Arrays and objects inside each other. */
  depth: number;
  /** Strings, elements and fields in all. */
  values: number;
  /** Bytes beside long strings. */
  bytes: number;
}

/** JSON that is quick to parse, whoever wrote it. */
export interface BoundedJson {
  /** The JSON, with a stand-in for each long string. */
  text: string;
  /** Long strings by their stand-ins: the bytes between the quotes, escapes included, as a view of the message. */
  longTexts: ReadonlyMap<string, Uint8Array>;
}

/** More than any message needs, and parsed in a few milliseconds. */
const DEFAULT_LIMITS: JsonLimits = { depth: 32, values: 20_000, bytes: 1024 * 1024 };
/** Only pictures in base64 are longer. */
const LONG_TEXT_BYTES = 16 * 1024;
/** Longer than any other field may be, so that what a stand-in takes the place of is refused there. */
const STAND_IN_CHARACTERS = 2048;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Checks the depth and the number of values of JSON before anything parses it: megabytes of brackets take seconds and hundreds of
 * megabytes to parse, and to throw away. Says nothing of whether it is valid JSON.
 * @param onLongText gets where each long string begins, after its quote, and ends, before the other.
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
 * The same with limits for the main thread, and long strings taken out, so that a picture in base64 is decoded from the message itself.
 * @throws LookoutError `bad_request`, `payload_too_large`
 */
export function boundJson(message: Uint8Array): BoundedJson {
  const json = bufferOf(message);
  const longTexts = new Map<string, Uint8Array>();
  const parts: Buffer[] = [];
  const nonce = randomUUID();
  let taken = 0;
  checkJsonSize(json, DEFAULT_LIMITS, (start, end) => {
    const standIn = `${nonce}-${longTexts.size}`.padEnd(STAND_IN_CHARACTERS, '.');
    longTexts.set(standIn, json.subarray(start, end));
    parts.push(json.subarray(taken, start), Buffer.from(standIn));
    taken = end;
  });
  parts.push(json.subarray(taken));
  const rest = parts.length === 1 ? json : Buffer.concat(parts);
  if (rest.length > DEFAULT_LIMITS.bytes) {
    throw new LookoutError('payload_too_large', `More than ${DEFAULT_LIMITS.bytes} bytes of JSON beside pictures`);
  }
  return { text: rest.toString(), longTexts };
}

function refusal(what: string): LookoutError {
  return new LookoutError('bad_request', `The JSON ${what}`);
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Where the strings of JSON end. Asked in order, it looks at each byte about once. */
class StringEnds {
  readonly #json: Buffer;
  #nextBackslash = -1;

  constructor(json: Buffer) {
    this.#json = json;
  }

  /** @param start of a string, after its quote. @returns the place of its closing quote, or the end of the JSON. */
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
 * Reads bodies as bounded JSON.
 * @param options.types of bodies; default JSON's own.
 * @param options.emptyIsNone a body without a byte is none; default: it is refused.
 * @param options.finish makes the request's body of what was parsed.
 */
export function addJsonParser(
  app: FastifyInstance,
  {
    types = ['application/json'],
    emptyIsNone = false,
    finish = (value: unknown, _json: BoundedJson): unknown => value,
  }: { types?: string[]; emptyIsNone?: boolean; finish?: (value: unknown, json: BoundedJson) => unknown } = {},
): void {
  // It refuses `__proto__` too.
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
