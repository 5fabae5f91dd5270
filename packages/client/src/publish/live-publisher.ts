import { SOCKET_CLOSE } from '@lookout/protocol';
import { type CloseMeaning, ReconnectingSocket } from '../connection/reconnecting-socket.js';
import type { Refusal } from '../connection/retries.js';
import type { OpenSocket } from '../connection/socket.js';
import { type Clock, ClockOffset, systemClock } from '../timing/clock.js';
import { StatsWindow } from '../timing/stats-window.js';
import { frameClaim } from './frame-claim.js';
import { type PictureSize, pictureSize } from './jpeg-size.js';
import type {
  FrameClaim,
  PictureInfo,
  PublishDrops,
  Publisher,
  PublishOptions,
  PublishState,
  PublishStats,
} from './publish-types.js';
import { parsePublisherMessage } from './publisher-message.js';
import { RatePlan } from './rate-plan.js';
import { SendWindow } from './send-window.js';

/** What a publisher needs from its environment. */
export interface PublishDependencies {
  openSocket: OpenSocket;
  /** Full `ws:` URL. */
  url: string;
  /** Called after a failed attempt, as browsers don't say why an upgrade was refused. */
  explain?: () => Promise<Refusal | undefined>;
  clock?: Clock;
  random?: () => number;
}

const TICK_MS = 500;
/** Pings that compare the clocks before the first frame, so that no timestamp is wrong. */
const FIRST_PINGS_MS = [0, 60, 150];
/** Between bare pings, sent right before a frame: they measure the round trip and, with the frame's own ping, the frame's time. */
const BARE_PING_MS = 200;
/** Between pings while no frames are sent. */
const IDLE_PING_MS = 2000;
/** If a ping is unanswered for this long, the connection is dead, even if it was not closed. */
const SILENCE_MS = 8000;
/** Polling interval while the socket's own buffer drains, for which there is no event. */
const DRAIN_MS = 5;

/** Finer than any of our clocks, coarser than the resolution of a double at today's timestamps (0.0002 ms). */
const CLOCK_STEP_MS = 0.01;

const CLOSES: Readonly<Record<number, CloseMeaning>> = {
  [SOCKET_CLOSE.replaced]: { final: true, reason: 'another device now publishes with this link' },
  [SOCKET_CLOSE.revoked]: { final: true, reason: 'this link was revoked' },
  // Not final: the camera may be switched on again.
  [SOCKET_CLOSE.camera_off]: { final: false },
};

/** Publishes over `WS /ws/camera/:token` until closed. The newest frame wins; reconnects for ever and continues its frame numbers. */
export class LivePublisher implements Publisher {
  readonly #options: PublishOptions;
  readonly #clock: Clock;
  readonly #socket: ReconnectingSocket;
  readonly #offset = new ClockOffset();
  readonly #window = new SendWindow();
  readonly #confirmed = new StatsWindow();
  readonly #plan: RatePlan;
  readonly #dropped: PublishDrops = { throttled: 0, link: 0, encoder: 0, offline: 0, rejected: 0 };
  #state: PublishState = { state: 'closed', reason: 'not started' };
  #drain: ReturnType<typeof setTimeout> | undefined;
  #pingedAt = 0;
  #barePingedAt = 0;
  /** Whether a pong arrived on this connection: the clocks are compared and the server is known to be reachable. */
  #answered = false;
  #paused = false;
  #claimed = false;
  /** The newest frame that waits for the network: a JPEG, or only the time of one that is not encoded yet. */
  #waiting: { at: number; picture?: { jpeg: Uint8Array<ArrayBuffer>; size: PictureSize } } | undefined;
  #closed = false;
  #sent = 0;
  #frameNumber: number;
  readonly #onAbort = () => this.close();

  /** @throws RangeError for an fps outside 5..60 or a quality outside 0.3..0.95 */
  constructor(options: PublishOptions, deps: PublishDependencies) {
    this.#options = options;
    this.#clock = deps.clock ?? systemClock;
    this.#frameNumber = options.firstFrameNumber ?? 0;
    this.#plan = new RatePlan(options);
    this.#socket = new ReconnectingSocket(
      {
        openSocket: deps.openSocket,
        url: deps.url,
        clock: this.#clock,
        explain: deps.explain,
        random: deps.random,
        tickMs: TICK_MS,
        firstPingsMs: FIRST_PINGS_MS,
        pingEveryMs: IDLE_PING_MS,
        silenceMs: SILENCE_MS,
        silenceReason: 'the network stopped',
        closes: CLOSES,
      },
      {
        onOpen: () => this.#onOpen(),
        onMessage: (data) => typeof data === 'string' && this.#onMessage(data),
        onPingDue: () => this.#ping(),
        onLost: () => this.#forget(),
        onReason: (reason) => this.#setState('reconnecting', reason),
        onEnd: (code, reason) => this.#setState(code === SOCKET_CLOSE.replaced ? 'replaced' : 'refused', reason),
        onTick: (now) => this.#onTick(now),
      },
    );
    if (options.signal?.aborted) {
      this.#closed = true;
      return;
    }
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#setState('connecting', 'connecting');
    this.#socket.start();
  }

  send(jpeg: Uint8Array<ArrayBuffer>, info: PictureInfo = {}): boolean {
    const size = pictureSize(jpeg, info);
    const at = info.timestamp ?? this.#clock.now();
    if (!this.#wants(at)) return false;
    if (this.#free(this.#clock.now())) {
      this.#plan.take(at);
      this.#transmit(jpeg, size, at);
    } else {
      this.#waiting = { at, picture: { jpeg, size } };
      this.#awaitDrain();
    }
    return true;
  }

  claim(atMs = this.#clock.now()): FrameClaim | undefined {
    this.#plan.followLink();
    if (this.#claimed || !this.#wants(atMs)) return undefined;
    if (!this.#free(this.#clock.now())) {
      this.#waiting = { at: atMs };
      this.#awaitDrain();
      return undefined;
    }
    this.#plan.take(atMs);
    return this.#makeClaim(atMs);
  }

  pause(): void {
    if (this.#paused || this.#closed) return;
    this.#paused = true;
    this.#waiting = undefined;
    if (this.#state.state === 'live') this.#setState('paused', 'paused');
  }

  resume(): void {
    if (this.#closed) return;
    this.#paused = false;
    switch (this.#state.state) {
      case 'paused':
        this.#setState('live', '');
        break;
      case 'reconnecting':
      case 'replaced':
      case 'refused':
        this.#forget();
        this.#setState('reconnecting', 'connecting again');
        this.#socket.reconnect();
        break;
      default:
    }
  }

  stats(): PublishStats {
    const now = this.#clock.now();
    const { target, linkBound } = this.#plan.current;
    const carried = this.#window.bytesPerMs(now);
    return {
      sent: this.#sent,
      nextFrameNumber: this.#frameNumber,
      dropped: { ...this.#dropped },
      reconnects: this.#socket.reconnects,
      fps: this.#confirmed.fps(now),
      kbitPerSecond: this.#confirmed.kbitPerSecond(now),
      roundTripMs: this.#window.roundTripMs,
      arrivalAgeMs: this.#confirmed.latencyMs(now),
      clockOffsetMs: this.#offset.offsetMs,
      inFlight: this.#window.inFlight,
      linkKbitPerSecond: carried === undefined ? undefined : carried * 8,
      target: { ...target },
      linkBound,
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#socket.close();
    this.#forget();
    this.#setState('closed', 'closed');
  }

  /** Whether frames may be sent. */
  get #ready(): boolean {
    return this.#answered && !this.#paused && this.#socket.isOpen;
  }

  #free(now: number): boolean {
    return !this.#claimed && this.#socket.bufferedAmount === 0 && this.#window.open(now, this.#plan.current.target.fps);
  }

  #makeClaim(at: number): FrameClaim {
    const { generation } = this.#socket;
    const { target } = this.#plan.current;
    this.#claimed = true;
    return frameClaim(target, {
      settle: () => {
        // A claim ends with its connection; the current claim may be another frame's.
        if (generation !== this.#socket.generation) return false;
        this.#claimed = false;
        return this.#ready;
      },
      send: (jpeg, size, { timestamp = at }) => {
        this.#plan.encoded(jpeg.byteLength, { quality: target.quality, width: size.width });
        this.#transmit(jpeg, size, timestamp);
      },
      late: () => {
        this.#dropped.offline++;
      },
    });
  }

  #transmit(jpeg: Uint8Array<ArrayBuffer>, { width, height }: PictureSize, at: number): void {
    const socket = this.#socket;
    const bareAt = this.#clock.now() - this.#barePingedAt >= BARE_PING_MS ? this.#ping() : undefined;
    const timestamp = Math.round(this.#offset.toServer(at) * 1000) / 1000;
    const frameNumber = this.#frameNumber++;
    socket.send(JSON.stringify({ type: 'frame_metadata', timestamp, frameNumber, width, height, format: 'jpeg' }));
    socket.send(jpeg);
    this.#sent++;
    this.#ping(jpeg.byteLength, at, bareAt);
  }

  /** Whether a frame of this time is wanted, to be sent or to wait; it then replaces the one that waited. */
  #wants(at: number): boolean {
    if (!this.#ready) {
      this.#dropped.offline++;
      return false;
    }
    if (!this.#plan.due(at)) {
      this.#dropped.throttled++;
      return false;
    }
    if (this.#waiting && this.#waiting.at !== at) this.#dropped.link++;
    this.#waiting = undefined;
    return true;
  }

  #onFree(): void {
    const waiting = this.#waiting;
    if (!waiting || !this.#ready || !this.#free(this.#clock.now())) return;
    if (!waiting.picture) {
      // The encoder claims again, for this picture or a newer one.
      this.#options.onReady?.();
      return;
    }
    this.#waiting = undefined;
    this.#plan.take(waiting.at);
    this.#transmit(waiting.picture.jpeg, waiting.picture.size, waiting.at);
  }

  /** Pongs open the window; only the socket's own buffer has to be polled. */
  #awaitDrain(): void {
    if (this.#drain !== undefined || this.#socket.bufferedAmount === 0) return;
    this.#drain = setTimeout(() => {
      this.#drain = undefined;
      if (!this.#waiting) return;
      this.#onFree();
      this.#awaitDrain();
    }, DRAIN_MS);
  }

  #onOpen(): void {
    this.#plan.reset();
    this.#confirmed.reset();
  }

  #onMessage(text: string): void {
    const now = this.#clock.now();
    const message = parsePublisherMessage(text);
    switch (message?.type) {
      case 'pong':
        this.#offset.add(message.t0, message.t1, now);
        this.#onPong(message.t0, message.t1, now);
        break;
      case 'control': {
        const { type, ...control } = message;
        this.#plan.setControl(control);
        this.#options.onControl?.({ ...control });
        break;
      }
      case 'error':
        this.#socket.heard(message.message);
        this.#dropped.rejected++;
        break;
      default:
    }
  }

  #onPong(t0: number, t1: number, now: number): void {
    const frames = this.#window.answered(t0, now);
    if (!frames) return;
    if (!this.#answered) {
      this.#answered = true;
      this.#socket.succeeded();
      if (this.#paused) this.#setState('paused', 'paused');
      else this.#setState('live', '');
    }
    for (const { bytes, capturedAt } of frames) {
      this.#confirmed.add(now, Math.max(0, t1 - this.#offset.toServer(capturedAt)), bytes);
    }
    this.#plan.step(now, this.#window.bytesPerMs(now));
    this.#onFree();
  }

  #onTick(now: number): void {
    this.#plan.step(now, this.#window.bytesPerMs(now));
    // A frame may have been waiting behind a full window that no pong will open.
    this.#onFree();
  }

  /** @returns when it was sent; undefined if it could not be sent */
  #ping(bytes = 0, capturedAt?: number, bareAt?: number): number | undefined {
    // Pongs are matched by time, so each ping needs its own, however coarse the clock.
    const t0 = Math.max(this.#clock.now(), this.#pingedAt + CLOCK_STEP_MS);
    if (!this.#socket.ping(JSON.stringify({ type: 'ping', t0 }))) return undefined;
    this.#pingedAt = t0;
    if (bytes === 0) this.#barePingedAt = t0;
    this.#window.sent(t0, bytes, capturedAt, bareAt);
    return t0;
  }

  /** Discards what belonged to a lost connection. */
  #forget(): void {
    clearTimeout(this.#drain);
    this.#drain = undefined;
    this.#waiting = undefined;
    this.#claimed = false;
    this.#answered = false;
    this.#window.reset();
  }

  #setState(state: PublishState['state'], reason: string): void {
    if (this.#state.state === state && this.#state.reason === reason) return;
    this.#state = { state, reason };
    this.#options.onState?.(this.#state);
  }
}
