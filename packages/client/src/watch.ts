import { type Clock, systemClock } from './clock.js';
import { ClockOffset } from './clock-offset.js';
import { ReconnectingSocket } from './connection/reconnecting-socket.js';
import { asRefusal } from './connection/retries.js';
import { VIEWER_CLOSES } from './connection/viewer-closes.js';
import { FramePairing, type PairedFrame } from './frame-pairing.js';
import { NewestFirst } from './newest-first.js';
import type { OpenSocket } from './socket.js';
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
/**
 * Watches one camera over `WS /ws/view/:token` until closed. Newest wins at every step; reconnects until it is closed or the server
 * takes the link back.
 */
export class LiveWatch implements Watch {
  readonly #options: WatchOptions;
  readonly #clock: Clock;
  readonly #offset = new ClockOffset();
  readonly #pairing = new FramePairing();
  readonly #window = new StatsWindow();
  readonly #frames: NewestFirst<LiveFrame>;
  readonly #stallMs: number;
  readonly #socket: ReconnectingSocket;
  #state: WatchState = { state: 'closed', reason: 'not started' };
  #frameAt = 0;
  #closed = false;
  #received = 0;
  #drawn = 0;
  #dropped = 0;
  #unreadable = 0;
  readonly #onAbort = () => this.close();

  constructor(options: WatchOptions, deps: WatchDependencies) {
    this.#options = options;
    this.#clock = deps.clock ?? systemClock;
    this.#stallMs = options.stallMs ?? 3000;
    this.#socket = new ReconnectingSocket(
      {
        openSocket: deps.openSocket,
        url: deps.url,
        clock: this.#clock,
        explain: asRefusal(deps.explain),
        random: deps.random,
        tickMs: SECOND_MS,
        firstPingsMs: FIRST_PINGS_MS,
        pingEveryMs: PING_EVERY_MS,
        silenceMs: SILENCE_MS,
        silenceReason: 'the server fell silent',
        closes: VIEWER_CLOSES,
      },
      {
        onOpen: () => this.#onOpen(),
        onMessage: (data) => this.#onMessage(data),
        onPingDue: () => this.#socket.ping(JSON.stringify({ type: 'ping', t0: this.#clock.now() })),
        onLost: () => {},
        onReason: (reason) => this.#setState('reconnecting', reason),
        onEnd: (_code, reason) => this.#end('refused', reason),
        onTick: (now) => this.#onTick(now),
      },
    );
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
    this.#setState('connecting', 'connecting');
    this.#socket.start();
  }

  stats(): WatchStats {
    const now = this.#clock.now();
    return {
      received: this.#received,
      drawn: this.#drawn,
      dropped: this.#dropped,
      malformed: this.#unreadable + this.#pairing.withoutMetadata + this.#pairing.withoutPicture,
      reconnects: this.#socket.reconnects,
      fps: this.#window.fps(now),
      latencyMs: this.#window.latencyMs(now),
      jitterMs: this.#window.jitterMs(now),
      roundTripMs: this.#offset.roundTripMs,
      clockOffsetMs: this.#offset.offsetMs,
    };
  }

  /** Ends the watch and its timers. Once is enough, more is harmless. */
  close(): void {
    if (!this.#closed) this.#end('closed', 'closed');
  }

  #end(state: 'closed' | 'refused', reason: string): void {
    this.#closed = true;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#frames.clear();
    this.#socket.close();
    this.#setState(state, reason);
  }

  #onOpen(): void {
    this.#frameAt = 0;
    this.#pairing.reset();
    this.#window.reset();
    this.#setState('waiting', 'waiting for the first frame');
  }

  #onMessage(data: string | ArrayBuffer): void {
    const now = this.#clock.now();
    if (typeof data !== 'string') {
      const paired = this.#pairing.picture(data);
      if (paired) this.#onFrame(paired, now);
      return;
    }
    const message = parseServerMessage(data);
    if (!message) this.#unreadable++;
    else if (message.type === 'frame_metadata') this.#pairing.metadata(message);
    else if (message.type === 'pong') this.#offset.add(message.t0, message.t1, now);
    else this.#socket.heard(message.message);
  }

  #onFrame(paired: PairedFrame, now: number): void {
    this.#received++;
    this.#frameAt = now;
    this.#socket.succeeded();
    this.#setState('live', '');
    const { generation } = this.#socket;
    this.#frames.put(
      new LiveFrame(paired, this.#offset, this.#clock, now, () => {
        // An acknowledgement belongs to the connection that brought the frame, not to the one that followed it.
        if (generation === this.#socket.generation) this.#send({ type: 'ack', frameNumber: paired.meta.frameNumber });
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

  #onTick(now: number): void {
    if (this.#state.state === 'live' && now - this.#frameAt > this.#stallMs) {
      this.#setState('stalled', 'no new frame from the camera');
    }
    this.#send({
      type: 'performance_stats',
      fps: round1(this.#window.fps(now)),
      latency: round1(Math.min(600_000, this.#window.latencyMs(now) ?? 0)),
      queueSize: this.#frames.waiting,
    });
  }

  #send(message: object): void {
    this.#socket.send(JSON.stringify(message));
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

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Leaves the media loop running and the error visible, as an event listener's would be. */
function reportError(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
