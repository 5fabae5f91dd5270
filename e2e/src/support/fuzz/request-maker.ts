import type { ApiDescription, Operation, Parameter } from './api-description.js';
import { type Hint, JsonValues } from './json-values.js';
import type { KnownValues } from './known-values.js';
import { nastyText, toJsonText } from './nasty.js';
import type { Random } from './random.js';
import { BodyMaker } from './request-body.js';

/** A request as it goes out: nothing of it is tidied on the way. */
export interface RawRequest {
  method: string;
  /** Path and query, escaped or not. */
  target: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
  /** Bytes after which the client goes away; absent: it sends everything. */
  cutAfter?: number;
}

const BAD_SEGMENTS = ['%', '%zz', '%00', '%c0%ae%c0%ae', '%ff%fe', '%2e%2e', '..', '.', '%2F', ';a=b', '%u0041', '~'];
const BAD_QUERIES = [
  '&&&',
  '=',
  '%',
  'a=%zz',
  '__proto__=1',
  'constructor[prototype]=1',
  'a[]=1&a[]=2',
  '?',
  '#x',
  '\xff',
];
/** Headers that a request has no need of. None of them signs in: what fails to is limited, and so nothing else would be seen. */
const ODD_HEADERS: ReadonlyArray<readonly [string, string]> = [
  ['accept', 'text/html'],
  ['accept', '*/*;q=nonsense'],
  ['accept-encoding', 'x'.repeat(2000)],
  ['last-event-id', '-1'],
  ['last-event-id', '99999999999999999999'],
  ['range', 'bytes=5-1'],
  ['if-none-match', '"\xe9"'],
  ['x-request-id', '\xff'.repeat(80)],
  ['x-forwarded-for', '::::'],
  ['x-forwarded-proto', 'javascript'],
  ['origin', 'null'],
  ['origin', 'http://elsewhere.example'],
  ['cookie', 'lookout_session=%zz; ; =; a'],
  ['content-encoding', 'gzip'],
  ['forwarded', 'for="'],
];

/** Requests of an operation: right ones, nearly right ones, and ones that are wrong all over. */
export class RequestMaker {
  readonly #values: JsonValues;
  readonly #bodies: BodyMaker;
  readonly #known: KnownValues;

  /** @param jpeg a picture that can be analysed */
  constructor(api: ApiDescription, known: KnownValues, hint: Hint, jpeg: Buffer) {
    this.#known = known;
    this.#values = new JsonValues(api, (name, random) => hint(name, random) ?? known.pick(name, '', random));
    this.#bodies = new BodyMaker(this.#values, jpeg);
  }

  /** @param turn counts the requests of this operation: each fourth is a valid one. */
  make(operation: Operation, random: Random, turn: number): RawRequest {
    const wildness = [0, 0.1, 0.35, 0][turn % 4] as number;
    const spoilt = turn % 4 === 3;
    const { body, contentType } = this.#bodies.make(operation, random, wildness, spoilt);
    const headers: Record<string, string> = {};
    if (contentType !== undefined) headers['content-type'] = contentType;
    if (spoilt && random.chance(0.4)) {
      const [name, value] = random.pick(ODD_HEADERS);
      headers[name] = value;
    }
    const request: RawRequest = {
      method: operation.method,
      target: this.target(operation, random, wildness, spoilt),
      headers,
      body,
    };
    if (body && body.length > 1 && spoilt && random.chance(0.1)) request.cutAfter = random.below(body.length);
    return request;
  }

  /** Path and query of an operation. */
  target(operation: Operation, random: Random, wildness: number, spoilt: boolean): string {
    const parameters = operation.parameters ?? [];
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
      this.#segment(
        operation.path,
        parameters.find((each) => each.in === 'path' && each.name === name),
        name,
        random,
        wildness,
      ),
    );
    const query = this.#query(
      operation.path,
      parameters.filter((each) => each.in === 'query'),
      random,
      wildness,
      spoilt,
    );
    return query === '' ? path : `${path}?${query}`;
  }

  #segment(path: string, parameter: Parameter | undefined, name: string, random: Random, wildness: number): string {
    if (wildness > 0 && random.chance(wildness)) {
      return random.make([
        () => random.pick(BAD_SEGMENTS),
        () => escaped(nastyText(random)) || '%20',
        () => 'x'.repeat(random.pick([257, 4000, 20_000])),
      ]);
    }
    const known = this.#known.pick(name, path, random);
    if (known !== undefined && random.chance(0.9)) return escaped(known);
    const value = this.#values.make(parameter?.schema ?? { type: 'string' }, random, 0, name);
    return escaped(String(value)) || 'x';
  }

  #query(path: string, parameters: readonly Parameter[], random: Random, wildness: number, spoilt: boolean): string {
    const parts: string[] = [];
    for (const { name, schema, required } of parameters) {
      if (!required && random.chance(0.5)) continue;
      const known = wildness === 0 ? this.#known.pick(name, path, random) : undefined;
      const value = known ?? this.#values.make(schema ?? {}, random, wildness, name);
      const text = typeof value === 'object' ? toJsonText(value) : String(value);
      parts.push(`${escaped(name)}=${escaped(text.slice(0, 12_000))}`);
      // A name that comes twice is a list, which nothing here takes.
      if (spoilt && random.chance(0.2)) parts.push(parts.at(-1) as string);
    }
    if (spoilt && random.chance(0.3)) parts.push(random.pick(BAD_QUERIES));
    if (spoilt && random.chance(0.05)) parts.push(`q=${'y'.repeat(random.pick([5000, 30_000]))}`);
    return parts.join('&');
  }
}

/** Percent-encoded; what is no character is written as its bytes. */
function escaped(text: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) =>
      /[\w.~-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`,
    )
    .join('');
}
