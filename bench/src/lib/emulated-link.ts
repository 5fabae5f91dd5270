/** How a link is to be; rates in bits a second, 0 for as fast as it goes. */
export interface EmulatedShape {
  bitsPerSecond: number;
  delayMs: number;
  /** Part of the packets that is lost, 0..1. */
  loss: number;
}

const UNSHAPED: EmulatedShape = { bitsPerSecond: 0, delayMs: 0, loss: 0 };
/** Packets that may wait, as `tc … netem` has it. */
const MAX_QUEUED_PACKETS = 1000;

/**
 * One direction of a link: when each packet comes out at the other end, or that it never does. Packets leave in the order they
 * came, one after the other at the link's rate, and arrive a delay later: what `tc … netem rate … delay … loss …` does.
 */
export class EmulatedLink {
  #shape = UNSHAPED;
  #freeMs = 0;
  readonly #onItsWay: Array<{ dueMs: number; packet: Uint8Array }> = [];

  /** @param random 0..1, to choose what is lost */
  constructor(private readonly random: () => number) {}

  set shape(shape: EmulatedShape) {
    this.#shape = shape;
    this.#freeMs = 0;
  }

  /** When the next packet is due; undefined while none is on its way. */
  get dueMs(): number | undefined {
    return this.#onItsWay[0]?.dueMs;
  }

  put(packet: Uint8Array, nowMs: number): void {
    const { bitsPerSecond, delayMs, loss } = this.#shape;
    if (bitsPerSecond === 0) {
      // Never before those that were slowed down.
      this.#onItsWay.push({ dueMs: this.#onItsWay.at(-1)?.dueMs ?? nowMs, packet });
      return;
    }
    if (this.#onItsWay.length >= MAX_QUEUED_PACKETS || this.random() < loss) return;
    this.#freeMs = Math.max(nowMs, this.#freeMs) + (packet.length * 8000) / bitsPerSecond;
    this.#onItsWay.push({ dueMs: this.#freeMs + delayMs, packet });
  }

  /** The next packet that is due, taken out. */
  take(nowMs: number): Uint8Array | undefined {
    const first = this.#onItsWay[0];
    if (!first || first.dueMs > nowMs) return undefined;
    this.#onItsWay.shift();
    return first.packet;
  }
}
