import type { SocketError } from '@lookout/protocol';
import { Backoff } from './backoff.js';
import { type Clock, systemClock } from './clock.js';
import { ClockOffset } from './clock-offset.js';
import { FramePairing, type PairedFrame } from './frame-pairing.js';
import { NewestFirst } from './newest-first.js';
import { type OpenSocket, retire, SOCKET_OPEN, type Socket } from './socket.js';
import { StatsWindow } from './stats-window.js';
import { parseServerMessage } from './viewer-message.js';
import type { Watch, WatchedFrame, WatchOptions, WatchState, WatchStats } from './watch-types.js';

/** What a watch needs from outside. */
export interface WatchDependencies {
  openSocket: OpenSocket;
  /** Full `ws:` URL of the view, query included. */
  url: string;
  /** Asked after a failed attempt, since a browser does not tell why an upgrade was refused. */
  explain?: () => Promise<string | undefined>;
  clock?: Clock;
  random?: () => number;
}

const SECOND_MS = 1000;
/** The first pings come close together, so that ages are true from the first second on. */
const FIRST_PINGS_MS = [0, 150, 400];
const PING_EVERY_MS = 5000;
/** No answer to anything for so long: the connection is dead though nobody said so. */
const SILENCE_MS = 15_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** Watches one camera over `WS /ws/view/:token` until closed. Newest wins at every step; reconnects for ever. */
export class LiveWatch implements Watch {
  readonly #options: WatchOptions;
  readonly #deps: WatchDependencies;
  readonly #clock: Clock;
  readonly #offset = new ClockOffset();
  readonly #pairing = new FramePairing();
  readonly #window = new StatsWindow();
  readonly #backoff: Backoff;
  readonly #frames: NewestFirst<LiveFrame>;
  readonly #stallMs: number;
  #socket: Socket | undefined;
  #generation = 0;
  #state: WatchState = { state: 'closed', reason: 'not started' };
  #tick: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pings: ReturnType<typeof setTimeout>[] = [];
  #openedAt = 0;
  #heardAt = 0;
  #frameAt = 0;
  #pingedAt = 0;
  #lastError: SocketError | undefined;
  /** Why the last attempts were refused; holds until one is not, so that the reason does not flicker. */
  #explanation: string | undefined;
  #closed = false;
  #received = 0;
  #drawn = 0;
  #dropped = 0;
  #unreadable = 0;
  #reconnects = 0;
  readonly #onAbort = () => this.close();

  constructor(options: WatchOptions, deps: WatchDependencies) {
    this.#options = options;
    this.#deps = deps;
    this.#clock = deps.clock ?? systemClock;
    this.#stallMs = options.stallMs ?? 3000;
    this.#backoff = new Backoff({ random: deps.random });
    this.#frames = new NewestFirst(
      (frame) => this.#consume(frame),
      (frame) => {
        this.#dropped++;
        frame.settle();
      },
      options.concurrency ?? 1,
    );
    if (options.signal?.aborted) {
      this.#closed = true;
      return;
    }
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#tick = setInterval(() => this.#everySecond(), SECOND_MS);
    this.#setState('connecting', 'connecting');
    this.#connect();
  }

  stats(): WatchStats {
    const now = this.#clock.now();
    return {
      received: this.#received,
      drawn: this.#drawn,
      dropped: this.#dropped,
      malformed: this.#unreadable + this.#pairing.withoutMetadata + this.#pairing.withoutPicture,
      reconnects: this.#reconnects,
      fps: this.#window.fps(now),
      latencyMs: this.#window.latencyMs(now),
      jitterMs: this.#window.jitterMs(now),
      roundTripMs: this.#offset.roundTripMs,
      clockOffsetMs: this.#offset.offsetMs,
    };
  }

  /** Ends the watch and its timers. Once is enough, more is harmless. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#tick);
    clearTimeout(this.#retry);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#frames.clear();
    this.#dropSocket();
    this.#setState('closed', 'closed');
  }

  #connect(): void {
    const generation = ++this.#generation;
    this.#openedAt = this.#clock.now();
    this.#lastError = undefined;
    const mine = () => generation === this.#generation && !this.#closed;
    this.#deps.openSocket(this.#deps.url).then(
      (socket) => {
        if (!mine()) {
          retire(socket);
          return;
        }
        this.#socket = socket;
        socket.binaryType = 'arraybuffer';
        socket.onopen = () => mine() && this.#onOpen(socket);
        socket.onmessage = ({ data }) => mine() && this.#onMessage(data);
        socket.onclose = ({ code, reason }) => mine() && void this.#onLost(code, reason);
        // An error is always followed by a close, which says as much as there is to say.
        socket.onerror = () => {};
      },
      (error: unknown) => mine() && void this.#onLost(0, error instanceof Error ? error.message : String(error)),
    );
  }

  #onOpen(socket: Socket): void {
    this.#heardAt = this.#clock.now();
    this.#frameAt = 0;
    this.#pairing.reset();
    this.#window.reset();
    this.#explanation = undefined;
    this.#setState('waiting', 'waiting for the first frame');
    this.#pings = FIRST_PINGS_MS.map((delay) => setTimeout(() => this.#ping(socket), delay));
  }

  #onMessage(data: unknown): void {
    const now = this.#clock.now();
    this.#heardAt = now;
    if (typeof data !== 'string') {
      const paired = data instanceof ArrayBuffer ? this.#pairing.picture(data) : undefined;
      if (paired) this.#onFrame(paired, now);
      return;
    }
    const message = parseServerMessage(data);
    if (!message) this.#unreadable++;
    else if (message.type === 'frame_metadata') this.#pairing.metadata(message);
    else if (message.type === 'pong') this.#offset.add(message.t0, message.t1, now);
    else this.#lastError = message;
  }

  #onFrame(paired: PairedFrame, now: number): void {
    this.#received++;
    this.#frameAt = now;
    this.#backoff.reset();
    this.#setState('live', '');
    const socket = this.#socket;
    this.#frames.put(
      new LiveFrame(paired, this.#offset, this.#clock, now, () => {
        // An acknowledgement belongs to the socket that brought the frame, not to the one that followed it.
        if (socket && socket === this.#socket) send(socket, { type: 'ack', frameNumber: paired.meta.frameNumber });
      }),
    );
  }

  async #consume(frame: LiveFrame): Promise<void> {
    try {
      await this.#options.onFrame(frame);
      this.#drawn++;
      this.#window.add(this.#clock.now(), frame.ageMs());
    } catch (error) {
      if (this.#options.onError) this.#options.onError(error);
      else reportError(error);
    } finally {
      frame.settle();
    }
  }

  async #onLost(code: number, reason: string): Promise<void> {
    const wasOpen = this.#heardAt >= this.#openedAt;
    const said = this.#lastError?.message ?? reason;
    this.#dropSocket();
    const generation = this.#generation;
    this.#setState(
      'reconnecting',
      said || (wasOpen ? 'the connection was lost' : (this.#explanation ?? 'the server cannot be reached')),
    );
    this.#retry = setTimeout(() => {
      this.#reconnects++;
      this.#connect();
    }, this.#backoff.next());
    if (said || wasOpen || code === 1000) return;
    const explanation = await this.#deps.explain?.();
    if (generation !== this.#generation || this.#state.state !== 'reconnecting') return;
    this.#explanation = explanation;
    if (explanation) {
      this.#setState('reconnecting', explanation);
    }
  }

  #everySecond(): void {
    const now = this.#clock.now();
    const socket = this.#socket;
    if (!socket) return;
    if (socket.readyState !== SOCKET_OPEN) {
      if (now - this.#openedAt > CONNECT_TIMEOUT_MS) void this.#onLost(0, 'the server does not answer');
      return;
    }
    if (now - this.#heardAt > SILENCE_MS) {
      void this.#onLost(0, 'the server fell silent');
      return;
    }
    if (now - this.#pingedAt >= PING_EVERY_MS) this.#ping(socket);
    if (this.#state.state === 'live' && now - this.#frameAt > this.#stallMs) {
      this.#setState('stalled', 'no new frame from the camera');
    }
    send(socket, {
      type: 'performance_stats',
      fps: round1(this.#window.fps(now)),
      latency: round1(Math.min(600_000, this.#window.latencyMs(now) ?? 0)),
      queueSize: this.#frames.waiting,
    });
  }

  #ping(socket: Socket): void {
    this.#pingedAt = this.#clock.now();
    send(socket, { type: 'ping', t0: this.#pingedAt });
  }

  #dropSocket(): void {
    for (const ping of this.#pings) clearTimeout(ping);
    this.#pings = [];
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    retire(socket);
  }

  #setState(state: WatchState['state'], reason: string): void {
    if (this.#state.state === state && this.#state.reason === reason) return;
    this.#state = { state, reason };
    this.#options.onState?.(this.#state);
  }
}

/** A frame on its way through the consumer. */
class LiveFrame implements WatchedFrame {
  readonly meta;
  readonly jpeg;
  readonly receivedAt: number;
  readonly networkMs: number;
  #settled = false;

  constructor(
    paired: PairedFrame,
    private readonly offset: ClockOffset,
    private readonly clock: Clock,
    now: number,
    private readonly acknowledge: () => void,
  ) {
    this.meta = paired.meta;
    this.jpeg = paired.jpeg;
    this.receivedAt = offset.toServer(now);
    this.networkMs = Math.max(0, this.receivedAt - (paired.meta.timestamp + paired.meta.age_ms));
  }

  // Functions of their own, as callers take frames apart: `onFrame: ({ meta, ageMs, done }) => …`.
  readonly ageMs = (): number => Math.max(0, this.offset.toServer(this.clock.now()) - this.meta.timestamp);
  readonly done = (): void => this.settle();

  settle(): void {
    if (this.#settled) return;
    this.#settled = true;
    this.acknowledge();
  }
}

function send(socket: Socket, message: object): void {
  if (socket.readyState === SOCKET_OPEN) socket.send(JSON.stringify(message));
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Leaves the media loop running and the error visible, as an event listener's would be. */
function reportError(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
