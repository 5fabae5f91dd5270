/** Properties of a link. Rates in bits per second; 0: unlimited. */
export interface EmulatedShape {
  bitsPerSecond: number;
  delayMs: number;
  /** Share of packets that are lost, 0..1. */
  loss: number;
}

const UNSHAPED: EmulatedShape = { bitsPerSecond: 0, delayMs: 0, loss: 0 };
/** Packets that may wait, as in `tc … netem`. */
const MAX_QUEUED_PACKETS = 1000;

/**
 * One direction of a link: decides when each packet arrives at the other end, or that it never does. Packets leave in order, one after the
 * other at the link's rate, and arrive a delay later, as with `tc … netem rate … delay … loss …`.
 */
export class EmulatedLink {
  #shape = UNSHAPED;
  #freeMs = 0;
  readonly #onItsWay: Array<{ dueMs: number; packet: Uint8Array }> = [];

  /** @param random 0..1, chooses the packets to lose */
  constructor(private readonly random: () => number) {}

  set shape(shape: EmulatedShape) {
    this.#shape = shape;
    this.#freeMs = 0;
  }

  /** When the next packet is due; undefined when none is in flight. */
  get dueMs(): number | undefined {
    return this.#onItsWay[0]?.dueMs;
  }

  put(packet: Uint8Array, nowMs: number): void {
    const { bitsPerSecond, delayMs, loss } = this.#shape;
    if (bitsPerSecond === 0) {
      // Never before packets that were slowed down earlier.
      this.#onItsWay.push({ dueMs: this.#onItsWay.at(-1)?.dueMs ?? nowMs, packet });
      return;
    }
    if (this.#onItsWay.length >= MAX_QUEUED_PACKETS || this.random() < loss) return;
    this.#freeMs = Math.max(nowMs, this.#freeMs) + (packet.length * 8000) / bitsPerSecond;
    this.#onItsWay.push({ dueMs: this.#freeMs + delayMs, packet });
  }

  /** Removes and returns the next packet that is due. */
  take(nowMs: number): Uint8Array | undefined {
    const first = this.#onItsWay[0];
    if (!first || first.dueMs > nowMs) return undefined;
    this.#onItsWay.shift();
    return first.packet;
  }
}
