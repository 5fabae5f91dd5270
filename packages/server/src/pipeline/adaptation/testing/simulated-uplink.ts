/** A way from a publisher to the server as it is at a moment. */
export interface UplinkWeather {
  bytesPerS: number;
  /** One way, ms. */
  delayMs: number;
  /** Each frame comes later by up to this, evenly spread, ms. */
  jitterMs: number;
  /** Part of the frames that wait for the repetition of a lost packet. */
  loss: number;
}

/** What the sender's own kernel holds before a socket says that it is full. */
const sendBufferBytes = 96_000;

/** A link as TCP shows it: in order, nothing lost, first come first served. Deterministic for its random source. */
export class SimulatedUplink {
  #freeAtMs = 0;
  #lastArrivalMs = 0;
  readonly #held: Array<{ doneMs: number; bytes: number }> = [];

  constructor(
    private readonly weather: (nowMs: number) => UplinkWeather,
    private readonly random: () => number,
  ) {}

  /** Whether the socket's `bufferedAmount` would be 0. */
  takes(nowMs: number): boolean {
    while (this.#held[0] && this.#held[0].doneMs <= nowMs) this.#held.shift();
    return this.#held.reduce((sum, { bytes }) => sum + bytes, 0) < sendBufferBytes;
  }

  /** @returns when the other end has the whole of it, ms */
  send(nowMs: number, bytes: number): number {
    let doneMs = Math.max(nowMs, this.#freeAtMs);
    // The rate may change while a frame is on its way.
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
