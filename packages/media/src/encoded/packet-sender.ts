import type { EncodedPacket } from './encoded-packet.js';
import { type EncodedStream, GROUP_LIMITS } from './encoded-stream.js';
import type { StreamTaker } from './stream-taker.js';

/** Packets that may be on their way: a second of video, which a busy thread has not read yet. */
const WINDOW_PACKETS = 30;
/** The receiver confirms this many at once. */
const CONFIRM_EVERY = 6;

/** Takes a stream's packets to another thread. What that thread has not read in time is skipped, rather than queued without limit. */
export class PacketSender {
  readonly #taker: StreamTaker;
  readonly #send: (packet: EncodedPacket) => void;
  #onWay = 0;

  constructor(stream: EncodedStream, send: (packet: EncodedPacket) => void) {
    this.#send = send;
    this.#taker = stream.take({ ...GROUP_LIMITS, onPackets: () => this.#pump() });
    this.#pump();
  }

  /** The receiver has read this many. */
  confirmed(count: number): void {
    this.#onWay -= count;
    this.#pump();
  }

  close(): void {
    this.#taker.close();
  }

  #pump(): void {
    while (this.#onWay < WINDOW_PACKETS) {
      const packet = this.#taker.next();
      if (packet === undefined) return;
      this.#onWay++;
      this.#send(packet);
    }
  }
}

/** The other end of a `PacketSender`: confirms what was read. */
export class PacketReceipts {
  readonly #confirm: (count: number) => void;
  #unconfirmed = 0;

  constructor(confirm: (count: number) => void) {
    this.#confirm = confirm;
  }

  /** A packet was read. */
  read(): void {
    if (++this.#unconfirmed < CONFIRM_EVERY) return;
    this.#confirm(this.#unconfirmed);
    this.#unconfirmed = 0;
  }
}
