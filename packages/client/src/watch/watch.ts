import { ReconnectingSocket } from '../connection/reconnecting-socket.js';
import { asRefusal } from '../connection/retries.js';
import type { OpenSocket } from '../connection/socket.js';
import { type Clock, ClockOffset, systemClock } from '../timing/clock.js';
import { StatsWindow } from '../timing/stats-window.js';
import { NewestFirst, rethrowLater } from './newest-first.js';
import { FramePairing, type PairedFrame, parseServerMessage, VIEWER_CLOSES } from './viewer-messages.js';
import type { Watch, WatchedFrame, WatchOptions, WatchState, WatchStats } from './watch-types.js';

/** What a watch needs from its environment. */
export interface WatchDependencies {
  openSocket: OpenSocket;
  /** Full `ws:` URL of the view, including the query. */
  url: string;
  /** Called after a failed attempt, as browsers don't say why an upgrade was refused. */
  explain?: () => Promise<string | undefined>;
  clock?: Clock;
  random?: () => number;
}

const SECOND_MS = 1000;
/** The first pings are close together, so that ages are accurate from the first second on. */
const FIRST_PINGS_MS = [0, 150, 400];
const PING_EVERY_MS = 5000;
/** After this long without any message the connection is dead, even if it was not closed. */
const SILENCE_MS = 15_000;
/** How late a frame may be before the picture counts as stalled: twice the usual interval, within these bounds. */
const MIN_LATE_MS = 400;
const MAX_LATE_MS = 800;
const INTERVALS_KEPT = 30;
/** Used until the camera's rate is known. */
const FIRST_STALL_MS = 3000;

/**
 * Watches one camera over `WS /ws/view/:token` until closed. The newest frame wins at every step. Reconnects until it is closed or
 * the link is revoked.
 */
export class LiveWatch implements Watch {
  readonly #options: WatchOptions;
  readonly #clock: Clock;
  readonly #offset = new ClockOffset();
  readonly #pairing = new FramePairing();
  readonly #window = new StatsWindow();
  readonly #frames: NewestFirst<LiveFrame>;
  readonly #arrivals = new ArrivalIntervals();
  #stallTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #socket: ReconnectingSocket;
  #state: WatchState = { state: 'closed', reason: 'not started' };
  #frameAt: number | undefined;
  #closed = false;
  #received = 0;
  #drawn = 0;
  #dropped = 0;
  #unreadable = 0;
  readonly #onAbort = () => this.close();

  constructor(options: WatchOptions, deps: WatchDependencies) {
    this.#options = options;
    this.#clock = deps.clock ?? systemClock;
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
        silenceReason: 'the server sent nothing for too long',
        closes: VIEWER_CLOSES,
      },
      {
        onOpen: () => this.#onOpen(),
        onMessage: (data) => this.#onMessage(data),
        onPingDue: () => this.#socket.ping(JSON.stringify({ type: 'ping', t0: this.#clock.now() })),
        onLost: () => clearTimeout(this.#stallTimer),
        onReason: (reason) => this.#setState('reconnecting', reason),
        onEnd: (_code, reason) => this.#end('refused', reason),
        onTick: (now) => this.#sendStats(now),
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

  /** Ends the watch and its timers. Further calls do nothing. */
  close(): void {
    if (!this.#closed) this.#end('closed', 'closed');
  }

  #end(state: 'closed' | 'refused', reason: string): void {
    this.#closed = true;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    clearTimeout(this.#stallTimer);
    this.#frames.clear();
    this.#socket.close();
    this.#setState(state, reason);
  }

  #onOpen(): void {
    this.#frameAt = undefined;
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
    // The gap of a stall says nothing about the camera's rate.
    if (this.#frameAt !== undefined && this.#state.state === 'live') this.#arrivals.add(now - this.#frameAt);
    this.#frameAt = now;
    clearTimeout(this.#stallTimer);
    this.#stallTimer = setTimeout(() => this.#setState('stalled', 'no new frame from the camera'), this.#stallMs());
    this.#socket.succeeded();
    this.#setState('live', '');
    const { generation } = this.#socket;
    this.#frames.put(
      new LiveFrame(paired, this.#offset, this.#clock, now, () => {
        // A frame is acknowledged only on the connection that delivered it, not on a later one.
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
      else rethrowLater(error);
    } finally {
      frame.settle();
    }
  }

  /** How long after a frame the watch counts as stalled, ms. */
  #stallMs(): number {
    const { stallMs } = this.#options;
    if (stallMs !== undefined) return stallMs;
    const intervalMs = this.#arrivals.usualMs;
    return intervalMs === undefined
      ? FIRST_STALL_MS
      : intervalMs + Math.min(MAX_LATE_MS, Math.max(MIN_LATE_MS, 2 * intervalMs));
  }

  #sendStats(now: number): void {
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

/** Expected time to the next frame: nine in ten of the last ones arrived within it. */
class ArrivalIntervals {
  readonly #ms: number[] = [];
  #usualMs: number | undefined;

  add(ms: number): void {
    this.#ms.push(ms);
    if (this.#ms.length > INTERVALS_KEPT) this.#ms.shift();
    this.#usualMs = this.#ms.toSorted((a, b) => a - b)[Math.floor(this.#ms.length * 0.9)];
  }

  get usualMs(): number | undefined {
    return this.#usualMs;
  }
}

/** A frame being processed by the consumer. */
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

  // Not methods, as callers destructure frames: `onFrame: ({ meta, ageMs, done }) => …`.
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
