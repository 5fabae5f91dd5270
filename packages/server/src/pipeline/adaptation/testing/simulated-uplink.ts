/** Condition of the link from a publisher to the server at one moment. */
export interface UplinkWeather {
  bytesPerS: number;
  /** One way, ms. */
  delayMs: number;
  /** Each frame is delayed further by up to this, uniformly distributed, ms. */
  jitterMs: number;
  /** Share of the frames delayed by the retransmission of a lost packet. */
  loss: number;
}

/** A link as seen through TCP: in order and without loss. Deterministic for a given random source. */
export class SimulatedUplink {
  #freeAtMs = 0;
  #lastArrivalMs = 0;
  readonly #held: Array<{ doneMs: number; bytes: number }> = [];

  /** @param sendBufferBytes what the sender's kernel buffers before `bufferedAmount` grows */
  constructor(
    private readonly weather: (nowMs: number) => UplinkWeather,
    private readonly sendBufferBytes: number,
    private readonly random: () => number,
  ) {}

  /** Whether the socket's `bufferedAmount` would be 0. */
  takes(nowMs: number): boolean {
    while (this.#held[0] && this.#held[0].doneMs <= nowMs) this.#held.shift();
    return this.#held.reduce((sum, { bytes }) => sum + bytes, 0) < this.sendBufferBytes;
  }

  /** @returns when the other end has received the whole frame, ms */
  send(nowMs: number, bytes: number): number {
    let doneMs = Math.max(nowMs, this.#freeAtMs);
    // The rate may change while a frame is in transit.
    for (let left = bytes; left > 0; doneMs++) left -= this.weather(doneMs).bytesPerS / 1000;
    this.#freeAtMs = doneMs;
    this.#held.push({ doneMs, bytes });
    const { delayMs, jitterMs, loss } = this.weather(doneMs);
    const repeatMs = this.random() < loss ? 2 * delayMs + jitterMs : 0;
    const arrivalMs = doneMs + delayMs + this.random() * jitterMs + repeatMs;
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, arrivalMs);
    return this.#lastArrivalMs;
  }
}
