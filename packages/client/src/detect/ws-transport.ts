import {
  LookoutError,
  type NewSession,
  type SessionConfig,
  type SessionSettings,
  SOCKET_CLOSE,
} from '@lookout/protocol';
import { type CloseMeaning, ReconnectingSocket } from '../connection/reconnecting-socket.js';
import type { OpenSocket } from '../connection/socket.js';
import type { Clock } from '../timing/clock.js';
import { toBase64 } from './detect-image.js';
import {
  errorOf,
  LOAD_TIMEOUT_MS,
  lostError,
  type OutgoingFrame,
  parseDetectionMessage,
  type SessionTransport,
  type TransportEvents,
} from './session-transport.js';

export interface WsTransportOptions {
  openSocket: OpenSocket;
  /** Full `ws:` URL for settings. */
  url(settings: NewSession): string;
  settings: NewSession;
  /** Why the server refuses a session with these settings; undefined if it does not. May reject. */
  explain(settings: NewSession): Promise<LookoutError | undefined>;
  clock: Clock;
  random?: () => number;
}

const TICK_MS = 1000;
const PING_EVERY_MS = 5000;
const SILENCE_MS = 15_000;
/** Maximum settings changes that await the server's answer. */
const MAX_PENDING_CONFIGS = 16;

const CLOSES: Readonly<Record<number, CloseMeaning>> = {
  [SOCKET_CLOSE.revoked]: { final: true, reason: 'the key was revoked' },
  [SOCKET_CLOSE.session_closed]: { final: true },
};

interface PendingConfig {
  settings: SessionSettings;
  resolve(config: SessionConfig): void;
  reject(error: LookoutError): void;
}

/** `WS /stream/detection`. A connection is a session: after reconnecting, frames and tracks are numbered anew, with the same settings. */
export class WsTransport implements SessionTransport {
  readonly #options: WsTransportOptions;
  readonly #events: TransportEvents;
  readonly #socket: ReconnectingSocket;
  #settings: NewSession;
  #configs: PendingConfig[] = [];
  #opening: { resolve(): void; reject(error: unknown): void } | undefined;
  /** Number of the first frame of this connection: the server calls it 0. */
  #firstNumber: number | undefined;

  constructor(options: WsTransportOptions, events: TransportEvents) {
    this.#options = options;
    this.#events = events;
    this.#settings = options.settings;
    this.#socket = new ReconnectingSocket(
      {
        openSocket: options.openSocket,
        url: () => options.url(this.#settings),
        clock: options.clock,
        random: options.random,
        tickMs: TICK_MS,
        // Its answer shows that the connection works.
        firstPingsMs: [0],
        pingEveryMs: PING_EVERY_MS,
        silenceMs: SILENCE_MS,
        silenceReason: 'the server sent nothing for too long',
        connectTimeoutMs: LOAD_TIMEOUT_MS,
        closes: CLOSES,
        explain: async () => {
          const error = await options.explain(this.#settings);
          return error && { message: error.message, final: !error.retryable };
        },
      },
      {
        onOpen: () => this.#onOpen(),
        onMessage: (data) => typeof data === 'string' && this.#onMessage(data),
        onPingDue: () => this.#socket.ping('{"type":"ping"}'),
        onLost: () => {
          this.#firstNumber = undefined;
        },
        onReason: (reason) => this.#onReason(reason),
        onEnd: (_code, reason) => this.#onEnd(new LookoutError('session_closed', `The session ended: ${reason}`)),
      },
    );
  }

  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  get reconnects(): number {
    return this.#socket.reconnects;
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#opening = { resolve, reject };
      this.#socket.start();
    });
  }

  send({ number, bytes, timestampMs }: OutgoingFrame): boolean {
    if (!this.#socket.isOpen) return false;
    this.#firstNumber ??= number;
    if (timestampMs === undefined) return this.#socket.send(bytes);
    // Only JSON can carry the time; as bytes a picture is a quarter smaller.
    const frame = { type: 'frame', frame_id: number - this.#firstNumber, timestamp: timestampMs / 1000 };
    return this.#socket.send(JSON.stringify({ ...frame, image_data: toBase64(bytes) }));
  }

  configure(settings: SessionSettings): Promise<SessionConfig> {
    return new Promise((resolve, reject) => {
      if (this.#configs.length >= MAX_PENDING_CONFIGS) {
        throw new LookoutError('too_many_requests', "Too many settings changes await the server's answer");
      }
      // Settings that a URL can't express could not be used to reconnect.
      this.#options.url(settings);
      if (!this.#socket.send(JSON.stringify({ type: 'config', config: settings }))) {
        throw new LookoutError('unavailable', "Settings can't be changed while there is no connection");
      }
      this.#configs.push({ settings, resolve, reject });
    });
  }

  async stats(): Promise<undefined> {
    return undefined;
  }

  async close(): Promise<void> {
    this.#socket.close();
    this.#rejectConfigs(new LookoutError('session_closed', 'The session was closed'));
    this.#opening?.reject(new LookoutError('session_closed', 'The session was closed while it was opening'));
    this.#opening = undefined;
  }

  #onOpen(): void {
    this.#opening?.resolve();
    this.#opening = undefined;
    this.#events.onOpen();
  }

  #onReason(reason: string): void {
    if (this.#opening) {
      void this.#failOpening(this.#opening, reason);
      return;
    }
    const error = lostError(reason);
    this.#rejectConfigs(error);
    this.#events.onFramesLost(error);
    this.#events.onReconnecting(reason);
  }

  /** A failure of the first connection is reported at once, with the server's reason if it gives one. */
  async #failOpening(opening: { reject(error: unknown): void }, reason: string): Promise<void> {
    this.#opening = undefined;
    this.#socket.close();
    const error = await this.#options.explain(this.#settings).catch((problem: unknown) => problem);
    opening.reject(
      error ??
        new LookoutError('unavailable', `The WebSocket can't be opened: ${reason}`, {
          hint: 'Check that a proxy in between allows WebSockets, or use the transport `sse`, which needs none.',
        }),
    );
  }

  #onEnd(error: LookoutError): void {
    this.#rejectConfigs(error);
    this.#opening?.reject(error);
    this.#opening = undefined;
    this.#socket.close();
    this.#events.onEnd(error);
  }

  #onMessage(text: string): void {
    const message = parseDetectionMessage(text);
    switch (message?.type) {
      case 'detection_result':
        this.#answer(message.data.frame_id, message.data);
        break;
      case 'dropped':
        this.#answer(message.frame_id, message);
        break;
      case 'pong':
        this.#socket.succeeded();
        break;
      case 'config': {
        const pending = this.#configs.shift();
        if (pending) this.#settings = { ...this.#settings, ...pending.settings };
        this.#events.onConfig(message.config);
        pending?.resolve(message.config);
        break;
      }
      case 'error':
        if (message.frame_id !== undefined) this.#answer(message.frame_id, errorOf(message));
        else {
          const pending = this.#configs.shift();
          if (pending) pending.reject(errorOf(message));
          else this.#socket.heard(message.error);
        }
        break;
      default:
    }
  }

  #answer(frameId: string | number, answer: Parameters<TransportEvents['onAnswer']>[1]): void {
    if (typeof frameId !== 'number' || this.#firstNumber === undefined) return;
    this.#events.onAnswer(this.#firstNumber + frameId, answer);
  }

  #rejectConfigs(error: LookoutError): void {
    for (const { reject } of this.#configs.splice(0)) reject(error);
  }
}
