import { malformed, overLimit } from './rtmp-error.js';

/** A value of AMF0. Objects have no prototype, so any property name is just a name. Dates are Unix epoch milliseconds. */
export type Amf0Value = number | boolean | string | null | undefined | Amf0Object | readonly Amf0Value[];
export interface Amf0Object {
  readonly [name: string]: Amf0Value;
}

/** Markers of "Action Message Format — AMF 0", §2.1. */
const NUMBER = 0x00;
const BOOLEAN = 0x01;
const STRING = 0x02;
const OBJECT = 0x03;
const NULL = 0x05;
const UNDEFINED = 0x06;
const REFERENCE = 0x07;
const ECMA_ARRAY = 0x08;
const OBJECT_END = 0x09;
const STRICT_ARRAY = 0x0a;
const DATE = 0x0b;
const LONG_STRING = 0x0c;
const UNSUPPORTED = 0x0d;
const XML_DOCUMENT = 0x0f;
const TYPED_OBJECT = 0x10;
const AVMPLUS = 0x11;

/** Objects inside objects. The messages of publishers have two levels. */
const MAX_DEPTH = 8;
/** Values and properties of one message. */
const MAX_VALUES = 1024;

/**
 * The AMF0 values in `bytes`, one after another.
 * @throws RtmpError `malformed` for bytes that are not AMF0, `limit_exceeded` for too many or too deeply nested values.
 */
export function readAmf0(bytes: Buffer): Amf0Value[] {
  const reader = new Amf0Reader(bytes);
  const values: Amf0Value[] = [];
  while (!reader.isAtEnd) values.push(reader.read(0));
  return values;
}

/** Whether `value` is an object or an ECMA array. */
export function isAmf0Object(value: Amf0Value): value is Amf0Object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

class Amf0Reader {
  readonly #bytes: Buffer;
  #at = 0;
  #count = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  read(depth: number): Amf0Value {
    this.#count += 1;
    if (this.#count > MAX_VALUES) throw overLimit(`A message has more than ${MAX_VALUES} AMF values`);
    if (depth > MAX_DEPTH) throw overLimit(`AMF objects are nested more than ${MAX_DEPTH} levels deep`);
    const marker = this.#bytes[this.#take(1)]!;
    switch (marker) {
      case NUMBER:
        return this.#bytes.readDoubleBE(this.#take(8));
      case BOOLEAN:
        return this.#bytes[this.#take(1)] !== 0;
      case STRING:
        return this.#string(this.#bytes.readUInt16BE(this.#take(2)));
      case LONG_STRING:
      case XML_DOCUMENT:
        return this.#string(this.#bytes.readUInt32BE(this.#take(4)));
      case NULL:
        return null;
      case UNDEFINED:
      case UNSUPPORTED:
        return undefined;
      case REFERENCE: // to an earlier object; no message of a publisher needs its value
        this.#take(2);
        return undefined;
      case OBJECT:
        return this.#object(depth);
      case ECMA_ARRAY:
        this.#take(4); // its count is only a hint, and some publishers send 0
        return this.#object(depth);
      case TYPED_OBJECT:
        this.#string(this.#bytes.readUInt16BE(this.#take(2)));
        return this.#object(depth);
      case STRICT_ARRAY:
        return this.#array(depth);
      case DATE: {
        const at = this.#take(10); // the time zone in the last two bytes is reserved
        return this.#bytes.readDoubleBE(at);
      }
      case AVMPLUS:
        throw malformed('The client sent AMF3 values, although AMF0 was agreed');
      default:
        throw malformed(`A message contains the AMF marker ${marker}, which does not exist`);
    }
  }

  #object(depth: number): Amf0Object {
    const object: Record<string, Amf0Value> = Object.create(null);
    for (;;) {
      const name = this.#string(this.#bytes.readUInt16BE(this.#take(2)));
      if (name === '' && this.#bytes[this.#at] === OBJECT_END) {
        this.#at += 1;
        return object;
      }
      object[name] = this.read(depth + 1);
    }
  }

  #array(depth: number): Amf0Value[] {
    const length = this.#bytes.readUInt32BE(this.#take(4));
    if (length > MAX_VALUES) throw overLimit(`An AMF array has ${length} elements, the maximum is ${MAX_VALUES}`);
    return Array.from({ length }, () => this.read(depth + 1));
  }

  #string(length: number): string {
    const at = this.#take(length);
    return this.#bytes.toString('utf8', at, at + length);
  }

  /** Moves on by `count` bytes. @returns where they begin. */
  #take(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) throw malformed('A message ends within an AMF value');
    this.#at = at + count;
    return at;
  }
}

/** The values as AMF0, one after another. Strings are at most 65 535 bytes long. */
export function writeAmf0(values: readonly Amf0Value[]): Buffer {
  return Buffer.concat(values.map(encode));
}

function encode(value: Amf0Value): Buffer {
  if (value === null) return Buffer.of(NULL);
  if (value === undefined) return Buffer.of(UNDEFINED);
  if (typeof value === 'boolean') return Buffer.of(BOOLEAN, value ? 1 : 0);
  if (typeof value === 'string') return Buffer.concat([Buffer.of(STRING), shortString(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (!isAmf0Object(value)) {
    const head = Buffer.alloc(5);
    head[0] = STRICT_ARRAY;
    head.writeUInt32BE(value.length, 1);
    return Buffer.concat([head, ...value.map(encode)]);
  }
  const properties = Object.entries(value).flatMap(([name, property]) => [shortString(name), encode(property)]);
  return Buffer.concat([Buffer.of(OBJECT), ...properties, Buffer.of(0, 0, OBJECT_END)]);
}

function shortString(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
