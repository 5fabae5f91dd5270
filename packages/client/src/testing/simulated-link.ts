import type { Socket } from '../connection/socket.js';

export interface LinkConditions {
  /** Bottleneck, bits per ms (= kbit/s). */
  kbitPerSecond: number;
  /** One way, ms. */
  delayMs: number;
  /** Share of packets lost. Each is resent after a round trip, and all packets behind it wait, as TCP keeps the order. */
  loss?: number;
  /** Random delay per packet, uniform up to this, ms; order is kept. */
  jitterMs?: number;
}

export interface ArrivedFrame {
  at: number;
  ageMs: number;
  bytes: number;
  frameNumber: number;
}

const PACKET_BYTES = 1460;
/** The last packets of a burst have none behind them to reveal a gap: a timer detects it. */
const MIN_REPEAT_MS = 60;

/**
 * A publisher's socket to a server at the other end of a bad link, in simulated time: everything is accepted at once (the kernel's and
 * the router's buffers are unlimited, `bufferedAmount` is always 0) and arrives in order, late. Answers pings on arrival.
 */
export class SimulatedLink implements Socket {
  readyState = 0;
  readonly bufferedAmount = 0;
  binaryType = 'blob';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: { message?: string }) => void) | null = null;
  readonly arrived: ArrivedFrame[] = [];
  #freeAt = 0;
  #lastArrivalAt = 0;
  #meta: { timestamp: number; frameNumber: number } | undefined;

  /** @param random uniform in [0, 1) */
  constructor(
    public conditions: LinkConditions,
    private readonly random: () => number,
    /** The server's clock minus ours, ms. */
    private readonly serverAheadMs = 0,
  ) {
    setTimeout(() => {
      this.readyState = 1;
      this.onopen?.();
    }, 2 * conditions.delayMs);
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    const bytes = typeof data === 'string' ? data.length : data.byteLength;
    const { kbitPerSecond, delayMs, loss = 0, jitterMs = 0 } = this.conditions;
    this.#freeAt = Math.max(this.#freeAt, Date.now()) + (bytes * 8) / kbitPerSecond;
    let lateMs = this.random() * jitterMs;
    for (let sent = 0; sent < bytes; sent += PACKET_BYTES) {
      let repeatedMs = 0;
      while (this.random() < loss) repeatedMs += Math.max(2 * delayMs, MIN_REPEAT_MS);
      lateMs = Math.max(lateMs, repeatedMs);
    }
    this.#lastArrivalAt = Math.max(this.#lastArrivalAt, this.#freeAt + delayMs + lateMs);
    setTimeout(() => this.#arrive(data), this.#lastArrivalAt - Date.now());
  }

  close(): void {
    this.readyState = 3;
  }

  #arrive(data: string | Uint8Array<ArrayBuffer>): void {
    const now = Date.now() + this.serverAheadMs;
    if (typeof data !== 'string') {
      const { timestamp, frameNumber } = this.#meta!;
      this.arrived.push({ at: Date.now(), ageMs: now - timestamp, bytes: data.byteLength, frameNumber });
      return;
    }
    const message = JSON.parse(data);
    if (message.type === 'frame_metadata') this.#meta = message;
    if (message.type !== 'ping') return;
    const pong = JSON.stringify({ type: 'pong', t0: message.t0, t1: now });
    setTimeout(() => this.onmessage?.({ data: pong }), this.conditions.delayMs);
  }
}
