import type { EncodedPacket, PacketLimits } from './encoded-packet.js';

export interface TakerOptions extends PacketLimits {
  /** There is something to take. Called in the turn in which the packet arrives; must not throw. */
  onPackets(): void;
  /** The stream has ended for good. */
  onEnd?(): void;
}

export interface TakerCounts {
  taken: number;
  /** Not taken, because the taker had fallen behind. */
  skipped: number;
}

/**
 * One reader of an `EncodedStream`, with a bounded queue of its own. The first packet is a keyframe. A taker that falls behind loses
 * everything up to the newest keyframe in its queue, or up to the next one, so that what it takes can always be decoded.
 */
export class StreamTaker {
  readonly #options: TakerOptions;
  readonly #onClose: (taker: StreamTaker) => void;
  readonly #waiting: EncodedPacket[] = [];
  #bytes = 0;
  #state: 'new' | 'running' | 'behind' = 'new';
  #taken = 0;
  #skipped = 0;
  #closed = false;

  /** Created by `EncodedStream.take`. @param backlog the newest group of pictures, or nothing */
  constructor(options: TakerOptions, backlog: readonly EncodedPacket[], onClose: (taker: StreamTaker) => void) {
    this.#options = options;
    this.#onClose = onClose;
    for (const packet of backlog) this.#add(packet);
  }

  get counts(): TakerCounts {
    return { taken: this.#taken, skipped: this.#skipped };
  }

  /** Packets in the queue. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Bytes in the queue. */
  get waitingBytes(): number {
    return this.#bytes;
  }

  /** The next packet in decode order; undefined if none is waiting. */
  next(): EncodedPacket | undefined {
    const packet = this.#waiting.shift();
    if (packet === undefined) return undefined;
    this.#bytes -= packet.data.byteLength;
    this.#taken++;
    return packet;
  }

  /** Skips everything before the newest keyframe in the queue, if there is one: for a reader that would rather lose video than time. */
  skipToKeyframe(): void {
    const newestKeyframe = this.#waiting.findLastIndex(({ keyframe }) => keyframe);
    if (newestKeyframe > 0) this.#drop(newestKeyframe);
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting.length = 0;
    this.#bytes = 0;
    this.#onClose(this);
  }

  /** For the stream: a packet arrived. */
  offer(packet: EncodedPacket): void {
    this.#add(packet);
    if (this.#waiting.length > 0) this.#options.onPackets();
  }

  /** For the stream: it has ended. */
  end(): void {
    this.close();
    this.#options.onEnd?.();
  }

  #add(packet: EncodedPacket): void {
    if (!packet.keyframe && this.#state !== 'running') {
      if (this.#state === 'behind') this.#skipped++;
      return;
    }
    this.#state = 'running';
    this.#waiting.push(packet);
    this.#bytes += packet.data.byteLength;
    if (!this.#fits()) this.#skip();
  }

  #skip(): void {
    this.skipToKeyframe();
    if (this.#fits()) return;
    this.#drop(this.#waiting.length);
    this.#state = 'behind';
  }

  #drop(count: number): void {
    for (const { data } of this.#waiting.splice(0, count)) this.#bytes -= data.byteLength;
    this.#skipped += count;
  }

  #fits(): boolean {
    return this.#waiting.length <= this.#options.maxPackets && this.#bytes <= this.#options.maxBytes;
  }
}
