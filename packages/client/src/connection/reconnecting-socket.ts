import type { Clock } from '../timing/clock.js';
import { type Refusal, Retries } from './retries.js';
import { Connection, type Lost, type OpenSocket } from './socket.js';

export interface ReconnectingSocketOptions {
  openSocket: OpenSocket;
  /** Full `ws:` URL; a function is called at each attempt. */
  url: string | (() => string);
  clock: Clock;
  /** How often the timers are checked, ms. */
  tickMs: number;
  /** Pings after opening, ms after it: close together, so that the clocks are compared soon. */
  firstPingsMs: readonly number[];
  /** Between pings afterwards, ms. */
  pingEveryMs: number;
  /** After this long without an answer to a ping, the connection counts as dead, ms. */
  silenceMs: number;
  /** The reason given then. */
  silenceReason: string;
  /** An attempt that has not connected after this long is given up, ms. Default 10 000. */
  connectTimeoutMs?: number;
  /** Close codes that mean more than a lost connection. */
  closes?: Readonly<Record<number, CloseMeaning>>;
  /** Called after an attempt that never opened. */
  explain?: () => Promise<Refusal | undefined>;
  /** Uniform in [0, 1). */
  random?: () => number;
}

export interface CloseMeaning {
  /** true: no more attempts. false: attempts continue, with the server's words as the reason until one opens. */
  final: boolean;
  /** The reason to report; absent: the server's words. */
  reason?: string;
}

export interface ReconnectingSocketEvents {
  onOpen(): void;
  onMessage(data: string | ArrayBuffer): void;
  /** A ping is due; send it with `ping`. */
  onPingDue(): void;
  /** The connection was lost, and the next attempt follows. */
  onLost(): void;
  /** Why there is no connection, in plain words. Called after each loss, and again when more becomes known. */
  onReason(reason: string): void;
  /** The server refuses us: no more attempts. @param code it closed with; 0 if it never accepted the connection */
  onEnd(code: number, reason: string): void;
  /** Every `tickMs` while it is open. @param now our clock, ms */
  onTick?(now: number): void;
}

const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;

/**
 * A socket that reconnects after growing, jittered waits, until we close it or the server says that retrying is of no use. A connection
 * that does not open, or that answers nothing, is given up. Does not interpret what is sent.
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
  /** When the oldest ping was sent since which nothing has arrived. */
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

  /** Bytes passed to `send` that the system has not accepted yet. */
  get bufferedAmount(): number {
    return this.#connection?.bufferedAmount ?? 0;
  }

  /** Number of the attempt: state of one connection does not belong to the next. */
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

  /** Makes another attempt at once, whatever the state. */
  reconnect(): void {
    this.#release();
    this.#retries.now();
  }

  /** @returns false if it is not open, and nothing was sent */
  send(data: string | Uint8Array<ArrayBuffer>): boolean {
    return this.#connection?.send(data) ?? false;
  }

  /** Sends something that the server answers. @returns false if it is not open */
  ping(text: string): boolean {
    if (!this.send(text)) return false;
    this.#pingedAt = this.#options.clock.now();
    this.#awaitedSince ??= this.#pingedAt;
    return true;
  }

  /** Records what the server said is wrong: the reason, if the connection is lost. */
  heard(problem: string): void {
    this.#said = problem;
  }

  /** The connection works: after it, waits start small again. */
  succeeded(): void {
    this.#retries.succeeded();
  }

  /** Drops the connection and makes no attempt until `reconnect`. */
  hangUp(): void {
    this.#retries.stop();
    this.#release();
  }

  /** Closes it for good, with its timers. */
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
