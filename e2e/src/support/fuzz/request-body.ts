import { gzipSync } from 'node:zlib';
import type { Operation, Schema } from './api-description.js';
import type { JsonValues } from './json-values.js';
import { nastyText, nastyValue, toJsonText } from './nasty.js';
import type { Random } from './random.js';

export interface MadeBody {
  body: Buffer | undefined;
  contentType: string | undefined;
}

const JSON_TYPE = 'application/json';
const FORM_BOUNDARY = 'fuzz-boundary';
const METHODS_WITH_BODY = ['POST', 'PUT', 'PATCH'];

const ODD_TYPES = [
  'text/plain',
  'text/html; charset=utf-16',
  'application/xml',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-7',
  'application/octet-stream',
  'image/jpeg',
  'image/svg+xml',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  `multipart/form-data; boundary=${FORM_BOUNDARY}`,
  'multipart/mixed; boundary="a b"',
  'json',
  '/',
  ';',
  '\xe9/\xe9',
  `text/${'x'.repeat(3000)}`,
];

/** Bodies of all kinds that a route may be sent. */
export class BodyMaker {
  constructor(
    readonly values: JsonValues,
    readonly jpeg: Buffer,
  ) {}

  /** @param spoilt a valid body that is broken afterwards: cut, garbled, called by another name */
  make(operation: Operation, random: Random, wildness: number, spoilt: boolean): MadeBody {
    const content = operation.requestBody?.content ?? {};
    if (!METHODS_WITH_BODY.includes(operation.method)) {
      // No body belongs here: one that comes all the same is no harm.
      return spoilt && random.chance(0.2)
        ? { body: Buffer.from('{"a":1}'), contentType: JSON_TYPE }
        : { body: undefined, contentType: undefined };
    }
    const types = Object.keys(content);
    if (wildness === 0 && !spoilt && types.length === 0) return { body: undefined, contentType: undefined };
    // Routes of pictures take them in many ways; all others have to refuse them.
    const other = wildness > 0 && random.chance(0.25);
    const type = types.length === 0 || other ? random.pick(['image/jpeg', 'multipart/form-data']) : random.pick(types);
    const made = this.#of(type, content[type]?.schema ?? {}, random, wildness);
    return spoilt ? spoil(made, random) : made;
  }

  #of(type: string, schema: Schema, random: Random, wildness: number): MadeBody {
    if (/json/.test(type)) {
      const value = this.values.make(schema, random, wildness);
      return { body: Buffer.from(toJsonText(value)), contentType: type };
    }
    if (type.startsWith('multipart/')) {
      return {
        body: this.#form(random, wildness),
        contentType: `multipart/form-data; boundary=${FORM_BOUNDARY}`,
      };
    }
    return { body: this.#picture(random, wildness), contentType: type.replace('*', 'jpeg') };
  }

  #picture(random: Random, wildness: number): Buffer {
    if (!random.chance(wildness)) return this.jpeg;
    return random.make([
      () => this.jpeg.subarray(0, random.below(this.jpeg.length)),
      () => random.bytes(random.pick([1, 100, 3000])),
      () => Buffer.concat([this.jpeg.subarray(0, random.below(700)), random.bytes(500)]),
      () => Buffer.from(nastyText(random)),
      () => Buffer.alloc(0),
    ]);
  }

  #form(random: Random, wildness: number): Buffer {
    const parts = [part('name="image"; filename="a.jpg"', this.#picture(random, wildness), 'image/jpeg')];
    const fields = random.below(3) + (random.chance(wildness) ? random.pick([0, 20, 400]) : 0);
    for (let index = 0; index < fields; index++) {
      const name = random.pick([
        'min_confidence',
        'confidence_threshold',
        'classes',
        'frame_id',
        '__proto__',
        'x',
        'timestamp',
      ]);
      const value = random.chance(0.5) ? '0.5' : nastyText(random);
      parts.push(part(`name="${name}"`, Buffer.from(value)));
    }
    if (random.chance(wildness)) parts.shift();
    if (random.chance(wildness)) parts.push(part('', Buffer.from(nastyText(random))));
    if (random.chance(wildness)) parts.push(...parts.slice(0, 1));
    const end = random.chance(wildness) ? '' : `--${FORM_BOUNDARY}--\r\n`;
    return Buffer.concat([...parts, Buffer.from(end)]);
  }
}

function part(disposition: string, content: Buffer, type?: string): Buffer {
  const head = `--${FORM_BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n`;
  return Buffer.concat([
    Buffer.from(`${head}${type ? `Content-Type: ${type}\r\n` : ''}\r\n`),
    content,
    Buffer.from('\r\n'),
  ]);
}

function spoil({ body = Buffer.alloc(0), contentType }: MadeBody, random: Random): MadeBody {
  const name = random.chance(0.5) ? contentType : random.chance(0.2) ? undefined : random.pick(ODD_TYPES);
  const text = () => body.toString('latin1');
  const broken = random.make<Buffer>([
    () => body,
    () => Buffer.alloc(0),
    () => body.subarray(0, random.below(body.length + 1)),
    () => Buffer.concat([Buffer.from('\ufeff'), body]),
    () => Buffer.concat([body, Buffer.from('}')]),
    () => Buffer.concat([body, body]),
    () => Buffer.from(text().replace(/"/g, "'"), 'latin1'),
    () => Buffer.from(`{"__proto__":{"a":1},${text().slice(1)}`, 'latin1'),
    () => Buffer.from(text().replace(/^\{("[^"]*":)/, '{$1null,$1'), 'latin1'),
    () => flipped(body, random),
    () => Buffer.from('['.repeat(random.pick([100, 50_000, 200_000]))),
    () => Buffer.from(`{"a":`.repeat(20_000)),
    () => Buffer.from(`{"x":"${'y'.repeat(300_000)}"}`),
    () => Buffer.from(toJsonText(nastyValue(random))),
    () => gzipSync(body),
    () => random.bytes(200),
  ]);
  return { body: broken, contentType: name };
}

function flipped(body: Buffer, random: Random): Buffer {
  const copy = Buffer.from(body);
  for (let count = 0; count < 4 && copy.length > 0; count++) copy[random.below(copy.length)] = random.below(256);
  return copy;
}
