import { gzipSync } from 'node:zlib';
import fc, { type Arbitrary } from 'fast-check';
import type { ApiDescription, Operation, Schema } from './api-description.js';
import type { SentRequest } from './exchange.js';
import { NASTY_TEXTS, nastyValue, toJsonText, withMistake } from './mistakes.js';

/** A request for an operation, with placeholders (`KNOWN`) for names that the server creates. */
export class RawRequest implements SentRequest {
  readonly method: string;

  constructor(
    readonly operation: Operation,
    readonly target: string,
    readonly headers: Readonly<Record<string, string>>,
    readonly body?: Buffer,
    readonly cutAfter?: number,
  ) {
    this.method = operation.method;
  }

  [fc.toStringMethod](): string {
    const body = String(this.body ?? '');
    return `${this.method} ${this.target.slice(0, 300)} ${JSON.stringify(this.headers).slice(0, 300)} ${body.slice(0, 300)}`;
  }
}

export class SocketMessage {
  constructor(
    readonly data: Buffer,
    readonly isBinary: boolean,
  ) {}

  [fc.toStringMethod](): string {
    return `${this.isBinary ? 'binary' : 'text'} ${this.data.length} bytes ${String(this.data).slice(0, 120)}`;
  }
}

/** Placeholders for names that only the server knows, by the parameter and the path that need one. */
const KNOWN: ReadonlyArray<readonly [name: RegExp, path: RegExp, standIns: readonly string[]]> = [
  [/^camera$/, /mse|whep/, ['{video}', '{video}', '{video}', '{source}', '{view_token}']],
  [/^(token|camera)$/, /^/, ['{source}', '{phone}', '{view_token}', '{publish_token}']],
  // The camera without frames is used less often: waiting for one of its frames takes seconds.
  [/^id$/, /cameras/, ['{source}', '{source}', '{source}', '{phone}']],
  [/^id$/, /keys/, ['{key}']],
  [/^id$/, /rules/, ['{rule}']],
  [/^rule$/, /events/, ['{rule}']],
  [/^id$/, /events/, ['{event}']],
  [/^id$/, /webhooks/, ['{webhook}']],
  [/^key$/, /^$/, ['{signs_in}']],
  [/^client_id$/, /^/, ['{session}']],
  [/^(name|model|model_name)$/, /models|v1|v2|^$/, ['{model}']],
];

const BOUNDARY = 'fuzz-boundary';
const FORM = `multipart/form-data; boundary=${BOUNDARY}`;
const JSON_TYPE = 'application/json';
const ODD_TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-7',
  'application/octet-stream',
  'image/svg+xml',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/mixed; boundary="a b"',
  '/',
  '\xe9/\xe9',
  `text/${'x'.repeat(3000)}`,
];
const ODD_SEGMENTS = ['%', '%zz', '%00', '%c0%ae%c0%ae', '%2e%2e', '..', '.', '%2F', ';a=b', '~', 'x'.repeat(20_000)];
const ODD_QUERIES = ['&&&', '=', '%', 'a=%zz', '__proto__=1', 'a[]=1&a[]=2', '?', '#x', '\xff', 'y'.repeat(30_000)];
/** None of them signs in, except the last two, which this machine's owner may send in any number. */
const ODD_HEADERS: ReadonlyArray<readonly [string, string]> = [
  ['accept', 'text/html'],
  ['accept-encoding', 'x'.repeat(2000)],
  ['last-event-id', '99999999999999999999'],
  ['range', 'bytes=5-1'],
  ['if-none-match', '"\xe9"'],
  ['x-request-id', '\xff'.repeat(80)],
  ['x-forwarded-for', '::::'],
  ['origin', 'http://elsewhere.example'],
  ['content-encoding', 'gzip'],
  ['cookie', 'lookout_session=secret-of-a-session; =; a'],
  ['authorization', 'Bearer lk_secret-of-a-key'],
];
const URLS = [
  'demo:street',
  'http://127.0.0.1:9/stream',
  'rtsp://admin:secret-of-a-camera@127.0.0.1:9/live',
  'file:///etc/passwd',
  '/dev/video99',
  'gopher://127.0.0.1/',
  'http://[::1',
  'javascript:alert(1)',
];
const SENTENCES = [
  'a person is seen',
  'warn me when a car stops for 20 s',
  'nobody is here for an hour',
  'something happens',
];
/** What random values seldom get right: polygons that do not cross themselves, names that exist, a page of another list. */
const SELDOM_RIGHT = /^(zones|lines|masks|rules|cursor|expires_at)$/;
/** Must never appear in a log. */
export const SENT_SECRETS = ['secret-of-a-session', 'secret-of-a-key', 'secret-of-a-camera'];

/** Usually the first, sometimes one of the others. */
const mostly = <T>(right: Arbitrary<T>, ...others: Arbitrary<T>[]) =>
  fc.oneof({ weight: 3 * others.length, arbitrary: right }, ...others);

/** Requests and messages of a described API: valid ones, and ones with some mistakes. */
export class Arbitraries {
  readonly #named: Record<string, Arbitrary<unknown>>;

  /** @param jpeg an image that can be analysed @param cameraUrl an address where a camera answers */
  constructor(
    readonly api: ApiDescription,
    readonly jpeg: Buffer,
    readonly cameraUrl: string,
  ) {
    this.#named = fc.letrec<Record<string, unknown>>((tie) =>
      Object.fromEntries(Object.entries(api.schemas).map(([name, schema]) => [name, this.#value(schema, '', tie)])),
    );
  }

  /** A request for `operation` that conforms to its description. */
  right(operation: Operation): Arbitrary<RawRequest> {
    return fc
      .record({ target: this.#target(operation), body: this.#body(operation) })
      .map(({ target, body: [type, body] }) => {
        const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
        return new RawRequest(operation, target, headers, body);
      });
  }

  /** A request for `operation` with mistakes in any part of it. */
  wrong(operation: Operation): Arbitrary<RawRequest> {
    const segment = fc.oneof(fc.constantFrom(...ODD_SEGMENTS), fc.constantFrom(...NASTY_TEXTS).map(escaped));
    const target = fc
      .tuple(this.#target(operation, true), fc.constantFrom(...ODD_QUERIES), segment, fc.nat(9))
      .map(([right, query, odd, kind]) => {
        if (kind === 0) return right + (right.includes('?') ? '&' : '?') + query;
        return kind === 1 ? right.replace(/[^/?]+(?=\?|$)/, odd) : right;
      });
    const wrongBody = fc
      .tuple(this.#body(operation, true), spoiler, fc.constantFrom(...ODD_TYPES))
      .map(([[type, body], spoil, odd]): TypedBody => [spoil ? type : odd, body && (spoil?.(body) ?? body)]);
    return fc
      .record({
        target: mostly(this.#target(operation), target),
        headers: fc.option(fc.constantFrom(...ODD_HEADERS), { freq: 3 }),
        body: fc.oneof(this.#body(operation, true), wrongBody),
        cut: fc.option(fc.double({ min: 0, max: 0.99, noNaN: true }), { freq: 10 }),
      })
      .map(({ target: path, headers, body: [type, body], cut }) => {
        const all = { ...(type !== undefined && { 'content-type': type }), ...(headers && fieldOf(headers)) };
        const cutAfter = body && cut !== null ? Math.floor(body.length * cut) : undefined;
        return new RawRequest(operation, path, all, body, cutAfter);
      });
  }

  /** What a client may send over a socket; without a schema the socket accepts no text. */
  message(schema: Schema | undefined): Arbitrary<SocketMessage> {
    const value = schema ? this.#value(schema) : nastyValue;
    const text = fc.oneof(value, withMistake(value)).map((each) => Buffer.from(toJsonText(each)));
    return fc.oneof(
      { weight: 4, arbitrary: text.map((data) => new SocketMessage(data, false)) },
      fc.tuple(text, spoiler).map(([data, spoil]) => new SocketMessage(spoil?.(data) ?? data, false)),
      this.#image().map((data) => new SocketMessage(data, true)),
    );
  }

  /** Path and query. */
  #target({ path, parameters = [] }: Operation, isWrong = false): Arbitrary<string> {
    const written = (value: unknown) => {
      const text = typeof value === 'object' ? toJsonText(value) : String(value);
      return /^\{\w+\}$/.test(text) ? text : escaped(text.slice(0, 12_000));
    };
    const field = ({ name, schema = {} }: { name: string; schema?: Schema }) => {
      const value = standIn(name, path) ?? this.#value(schema, name);
      return (isWrong ? mostly(value, nastyValue) : value).map(written);
    };
    const inPath = parameters.filter((each) => each.in === 'path');
    const inQuery = parameters.filter((each) => each.in === 'query');
    const query = inQuery.map((each) => {
      if (each.required) return field(each);
      return SELDOM_RIGHT.test(each.name) ? mostly(fc.constant(null), field(each)) : fc.option(field(each));
    });
    return fc.tuple(fc.tuple(...inPath.map(field)), fc.tuple<(string | null)[]>(...query)).map(([segments, values]) => {
      const filled = inPath.reduce(
        (text, { name }, index) => text.replace(`{${name}}`, () => segments[index] || 'x'),
        path,
      );
      const fields = inQuery.flatMap(({ name }, index) =>
        values[index] === null ? [] : [`${escaped(name)}=${values[index]}`],
      );
      return fields.length === 0 ? filled : `${filled}?${fields.join('&')}`;
    });
  }

  #body({ method, requestBody }: Operation, isWrong = false): Arbitrary<TypedBody> {
    const content = Object.entries(requestBody?.content ?? {});
    const none = fc.constant<TypedBody>([undefined, undefined]);
    if (content.length === 0) return isWrong && method !== 'GET' ? fc.oneof(none, this.#form(true)) : none;
    return fc.oneof(
      ...content.map(([type, { schema = {} }]): Arbitrary<TypedBody> => {
        if (type.startsWith('multipart/')) return this.#form(isWrong);
        if (type !== JSON_TYPE) return this.#image(isWrong).map((body) => [type, body]);
        const value = this.#value(schema);
        const json = isWrong ? fc.oneof(value, withMistake(value)) : value;
        return json.map((each) => [type, Buffer.from(toJsonText(each))]);
      }),
    );
  }

  #image(isWrong = true): Arbitrary<Buffer> {
    const right = fc.constant(this.jpeg);
    if (!isWrong) return right;
    const cut = fc.nat(this.jpeg.length).map((end) => this.jpeg.subarray(0, end));
    const garbage = fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes));
    return fc.oneof(right, cut, garbage);
  }

  #form(isWrong: boolean): Arbitrary<TypedBody> {
    const names = ['min_confidence', 'confidence_threshold', 'classes', 'frame_id', '__proto__', 'image'];
    const field = fc
      .tuple(fc.constantFrom(...names), fc.constantFrom(...NASTY_TEXTS))
      .map(([name, value]) => part(`name="${name}"`, Buffer.from(value)));
    const image = this.#image(isWrong).map((bytes) => part('name="image"; filename="a.jpg"', bytes, 'image/jpeg'));
    return fc.tuple(image, fc.array(field, { maxLength: isWrong ? 3 : 0 })).map(([file, fields]) => {
      return [FORM, Buffer.concat([...fields, file, Buffer.from(`--${BOUNDARY}--\r\n`)])];
    });
  }

  /** Values of a schema. @param name of their field */
  #value(schema: Schema, name = '', tie = (ref: string) => this.#named[ref] ?? nastyValue): Arbitrary<unknown> {
    if (schema.$ref !== undefined) return tie(schema.$ref.split('/').at(-1) ?? '');
    const again = (each: Schema) => this.#value(each, name, tie);
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) return fc.oneof({ depthSize: 'small', withCrossShrink: true }, ...choices.map(again));
    if (schema.allOf) return fc.tuple(...schema.allOf.map(again)).map((parts) => Object.assign({}, ...parts));
    if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => again({ ...schema, type })));
    switch (schema.type) {
      case 'null':
        return fc.constant(null);
      case 'boolean':
        return fc.boolean();
      case 'integer':
      case 'number':
        return numberOf(schema);
      case 'string':
        return this.#text(schema, name);
      case 'array': {
        const { items, minItems = 0, maxItems = 4 } = schema;
        const maxLength = Math.max(minItems, Math.min(maxItems, minItems + 3));
        return fc.array(again(typeof items === 'object' ? items : {}), { minLength: minItems, maxLength });
      }
      case 'object': {
        const { properties = {}, required = [], additionalProperties } = schema;
        const fields: Record<string, Arbitrary<unknown>> = {};
        for (const [key, each] of Object.entries(properties)) fields[key] = this.#value(each, key, tie);
        const all = fc.record(fields, { requiredKeys: required });
        const likely = pick(fields, (key) => required.includes(key) || !SELDOM_RIGHT.test(key));
        const own = fc.oneof(all, fc.record(likely, { requiredKeys: required }));
        if (typeof additionalProperties !== 'object') return own;
        const more = fc.dictionary(fc.string(), again(additionalProperties), { maxKeys: 2 });
        return fc.tuple(own, more).map(([first, second]) => ({ ...second, ...first }));
      }
      default:
        return nastyValue;
    }
  }

  #text({ minLength = 0, maxLength = 40, pattern }: Schema, name: string): Arbitrary<string> {
    const any = pattern
      ? fc.stringMatching(new RegExp(pattern))
      : fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)) });
    switch (name) {
      case 'image_data': {
        const base64 = this.jpeg.toString('base64');
        return fc.constantFrom(base64, `data:image/jpeg;base64,${base64}`);
      }
      // Nothing is asked outside this machine.
      case 'host':
        return fc.constantFrom('127.0.0.1', '127.0.0.1:9', 'http://127.0.0.1/', '127.0.0.1:99999', 'a b');
      case 'address':
        return fc.constantFrom('http://127.0.0.1:9/onvif/device_service', 'https://127.0.0.1:9/', 'ftp://127.0.0.1/');
      case 'url':
        return fc.constantFrom(this.cameraUrl, ...URLS);
      case 'classes':
        return fc.constantFrom('person', 'car');
      case 'prompt':
        return fc.constantFrom(...SENTENCES);
      case 'version':
        return fc.constant('1');
      case 'quality':
        return fc.integer({ min: 30, max: 95 }).map(String);
      default:
        return standIn(name, '') ?? any;
    }
  }
}

type TypedBody = [type: string | undefined, body: Buffer | undefined];

function standIn(name: string, path: string): Arbitrary<string> | undefined {
  const found = KNOWN.find(([names, paths]) => names.test(name) && paths.test(path));
  return found && fc.constantFrom(...found[2]);
}

function pick<T>(fields: Record<string, T>, isPicked: (key: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => isPicked(key)));
}

function fieldOf([name, value]: readonly [string, string]): Record<string, string> {
  return { [name]: value };
}

/** Numbers in a range, often its ends. */
function numberOf({ type, multipleOf, ...schema }: Schema): Arbitrary<number> {
  const min = schema.minimum ?? schema.exclusiveMinimum ?? 0;
  const max = schema.maximum ?? schema.exclusiveMaximum ?? Math.max(min, 0) + 10_000;
  if (multipleOf === undefined && type === 'number') return fc.double({ min, max, noNaN: true });
  const step = multipleOf ?? 1;
  const [low, high] = [Math.ceil(min / step), Math.floor(Math.min(max, Number.MAX_SAFE_INTEGER) / step)];
  return fc.integer({ min: low, max: Math.max(low, Math.min(high, 0x7fffffff)) }).map((count) => count * step);
}

/** Damages the bytes of a body or message; undefined: leaves them unchanged. */
const spoiler: Arbitrary<((bytes: Buffer) => Buffer) | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.nat(99).map((percent) => (bytes: Buffer) => bytes.subarray(0, (bytes.length * percent) / 100)),
  fc.nat().map((at) => (bytes: Buffer) => {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ 0x15;
    return copy;
  }),
  fc.constantFrom<((bytes: Buffer) => Buffer)[]>(
    () => Buffer.alloc(0),
    (bytes) => Buffer.concat([bytes, bytes]),
    (bytes) => Buffer.concat([Buffer.from('\ufeff'), bytes]),
    (bytes) => Buffer.from(bytes.toString('latin1').replace(/"/g, "'"), 'latin1'),
    (bytes) => Buffer.from(`{"__proto__":{"a":1},${bytes.subarray(1).toString('latin1')}`, 'latin1'),
    () => Buffer.from('['.repeat(100_000)),
    () => Buffer.from(`{"type":"${'x'.repeat(60_000)}"}`),
    // Not UTF-8.
    (bytes) => Buffer.concat([bytes, Buffer.of(0xc3, 0x28, 0xff)]),
    gzipSync,
  ),
);

function part(disposition: string, content: Buffer, type?: string): Buffer {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n`;
  return Buffer.concat([Buffer.from(`${head}${type ? `Content-Type: ${type}\r\n` : ''}\r\n`), content, CRLF]);
}

const CRLF = Buffer.from('\r\n');

/** Percent-encoded; a lone surrogate becomes the bytes of U+FFFD. */
function escaped(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}
