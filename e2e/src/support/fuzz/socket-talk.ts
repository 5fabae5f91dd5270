import type { Schema } from './api-description.js';
import type { JsonValues } from './json-values.js';
import { nastyText, nastyValue, toJsonText } from './nasty.js';
import type { Random } from './random.js';

export interface SocketMessage {
  data: Buffer;
  binary: boolean;
}

/** Messages that a client may send over a WebSocket: right, nearly right, and none at all. */
export class SocketTalk {
  constructor(
    readonly values: JsonValues,
    readonly jpeg: Buffer,
  ) {}

  /** @param schema of its text messages; absent: the socket takes none. */
  make(schema: Schema | undefined, random: Random): SocketMessage {
    if (random.chance(0.25)) return { data: this.#picture(random), binary: true };
    const wildness = random.pick([0, 0, 0.1, 0.35]);
    const text = toJsonText(schema ? this.values.make(schema, random, wildness) : nastyValue(random));
    return { data: random.chance(0.2) ? broken(text, random) : Buffer.from(text), binary: false };
  }

  #picture(random: Random): Buffer {
    return random.make([
      () => this.jpeg,
      () => this.jpeg,
      () => this.jpeg.subarray(0, random.below(this.jpeg.length)),
      () => Buffer.alloc(0),
      () => random.bytes(random.pick([1, 100, 5000])),
    ]);
  }
}

function broken(text: string, random: Random): Buffer {
  return random.make<Buffer>([
    () => Buffer.from(text.slice(0, random.below(text.length + 1))),
    () => Buffer.from(nastyText(random)),
    () => Buffer.from(`${text}${text}`),
    () => Buffer.from(`{"__proto__":{},"type":"ping",${text.slice(1)}`),
    () => Buffer.from('['.repeat(random.pick([10, 20_000]))),
    // Not UTF-8.
    () => Buffer.concat([Buffer.from(text), Buffer.of(0xc3, 0x28, 0xff)]),
    () => Buffer.from(`{"type":"${'x'.repeat(random.pick([100, 60_000]))}"}`),
    () => Buffer.from(text.replace(/"type":"\w+"/, '"type":"constructor"')),
  ]);
}
