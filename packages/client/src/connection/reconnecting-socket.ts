import type { Clock } from '../timing/clock.js';
import { type Refusal, Retries } from './retries.js';
import { Connection, type Lost, type OpenSocket } from './socket.js';

export interface ReconnectingSocketOptions {
  openSocket: OpenSocket;
  /** Full `ws:` URL; asked for at each attempt where it is a function. */
  url: string | (() => string);
  clock: Clock;
  /** How often time is looked at, ms. */
  tickMs: number;
  /** Pings after opening, ms after it: close together, so that clocks are compared soon. */
  firstPingsMs: readonly number[];
  /** Between pings afterwards, ms. */
  pingEveryMs: number;
  /** No answer to a ping for so long: the connection is dead though nobody said so. */
  silenceMs: number;
  /** What is said then. */
  silenceReason: string;
  /** An attempt that has not come about after so long is given up, ms. Default 10 000. */
  connectTimeoutMs?: number;
  /** Close codes that mean more than that the connection is gone. */
  closes?: Readonly<Record<number, CloseMeaning>>;
  /** Asked after an attempt that never opened. */
  explain?: () => Promise<Refusal | undefined>;
  /** Uniform in [0, 1). */
  random?: () => number;
}

export interface CloseMeaning {
  /** true: nothing more is tried. false: attempts go on, and what the server said is the reason until one opens. */
  final: boolean;
  /** What is told; absent: what the server said. */
  reason?: string;
}

export interface ReconnectingSocketEvents {
  onOpen(): void;
  onMessage(data: string | ArrayBuffer): void;
  /** A ping is due: to be sent with `ping`. */
  onPingDue(): void;
  /** The connection is gone, and the next attempt follows. */
  onLost(): void;
  /** Why there is none, in plain words; told after each loss, and again where more becomes known. */
  onReason(reason: string): void;
  /** The server does not want us: nothing more is tried. @param code it closed with; 0 where it never let us in */
  onEnd(code: number, reason: string): void;
  /** Every `tickMs` while it is open. @param now our clock, ms */
  onTick?(now: number): void;
}

const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;

/**
 * A socket that comes back: it is opened again after growing, jittered waits until it is closed by us, or the server says that trying
 * again is of no use. A connection that does not come about or answers nothing is given up. Knows nothing of what is sent.
 */
export class ReconnectingSocket {
  readonly #options: ReconnectingSocketOptions;
  readonly #events: ReconnectingSocketEvents;
  readonly #retries: Retries;
  #connection: Connection | undefined;
  #tick: ReturnType<typeof setInterval> | undefined;
  #pings: ReturnType<typeof setTimeout>[] = [];
  #generation = 0;
  #pingedAt = 0;
  /** When the oldest ping was sent after which nothing came. */
  #awaitedSince: number | undefined;
  #said = '';

  constructor(options: ReconnectingSocketOptions, events: ReconnectingSocketEvents) {
    this.#options = options;
    this.#events = events;
    this.#retries = new Retries({
      again: () => this.#connect(),
      tell: (reason) => events.onReason(reason),
      refused: (reason) => events.onEnd(0, reason),
      explain: options.explain,
      random: options.random,
    });
  }

  get isOpen(): boolean {
    return this.#connection?.isOpen ?? false;
  }

  /** Bytes given to `send` that the system has not taken yet. */
  get bufferedAmount(): number {
    return this.#connection?.bufferedAmount ?? 0;
  }

  /** Number of the attempt: what belongs to one connection does not belong to the next. */
  get generation(): number {
    return this.#generation;
  }

  /** Attempts after the first. */
  get reconnects(): number {
    return this.#retries.count;
  }

  /** The first attempt. */
  start(): void {
    this.#tick ??= setInterval(() => this.#onTick(), this.#options.tickMs);
    this.#connect();
  }

  /** Another attempt at once, whatever there is. */
  reconnect(): void {
    this.#release();
    this.#retries.now();
  }

  /** @returns false where it is not open, and nothing was sent */
  send(data: string | Uint8Array<ArrayBuffer>): boolean {
    return this.#connection?.send(data) ?? false;
  }

  /** Sends something that is answered. @returns false where it is not open */
  ping(text: string): boolean {
    if (!this.send(text)) return false;
    this.#pingedAt = this.#options.clock.now();
    this.#awaitedSince ??= this.#pingedAt;
    return true;
  }

  /** The server said what is wrong: the reason, should the connection be lost. */
  heard(problem: string): void {
    this.#said = problem;
  }

  /** The connection is worth something: after it, waits begin small again. */
  succeeded(): void {
    this.#retries.succeeded();
  }

  /** No connection any more, and none is tried until `reconnect`. */
  hangUp(): void {
    this.#retries.stop();
    this.#release();
  }

  /** Ends it, timers and all. */
  close(): void {
    clearInterval(this.#tick);
    this.hangUp();
  }

  #connect(): void {
    const { openSocket, url, clock } = this.#options;
    this.#generation++;
    this.#said = '';
    this.#awaitedSince = undefined;
    this.#connection = new Connection(openSocket, typeof url === 'string' ? url : url(), clock.now(), {
      onOpen: () => this.#onOpen(),
      onMessage: (data) => {
        this.#awaitedSince = undefined;
        this.#events.onMessage(data);
      },
      onLost: (lost) => this.#onLost(lost),
    });
  }

  #onOpen(): void {
    this.#retries.opened();
    this.#pings = this.#options.firstPingsMs.map((delay) => setTimeout(() => this.#events.onPingDue(), delay));
    this.#events.onOpen();
  }

  #onTick(): void {
    const { clock, connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS } = this.#options;
    const now = clock.now();
    const connection = this.#connection;
    if (!connection) return;
    if (!connection.isOpen) {
      if (now - connection.startedAt > connectTimeoutMs) this.#giveUp(connection, 'the server does not answer');
    } else if (now - (this.#awaitedSince ?? now) > this.#options.silenceMs) {
      this.#giveUp(connection, this.#options.silenceReason);
    } else {
      if (now - this.#pingedAt >= this.#options.pingEveryMs) this.#events.onPingDue();
      this.#events.onTick?.(now);
    }
  }

  #giveUp({ wasOpen }: Connection, said: string): void {
    this.#onLost({ code: 0, said, wasOpen });
  }

  #onLost({ code, said: reason, wasOpen }: Lost): void {
    const said = this.#said || reason;
    this.#release();
    this.#events.onLost();
    const meaning = this.#options.closes?.[code];
    if (meaning?.final) {
      this.#retries.stop();
      this.#events.onEnd(code, meaning.reason ?? (said || 'the server ended it'));
      return;
    }
    this.#retries.lost({ said: meaning?.reason ?? said, wasOpen }, meaning !== undefined);
  }

  #release(): void {
    for (const ping of this.#pings) clearTimeout(ping);
    this.#pings = [];
    this.#connection?.close();
    this.#connection = undefined;
  }
}
