import { SOCKET_CLOSE, type SocketError } from '@lookout/protocol';
import { Backoff } from '../backoff.js';
import { type Clock, systemClock } from '../clock.js';
import { ClockOffset } from '../clock-offset.js';
import { type OpenSocket, retire, SOCKET_OPEN, type Socket } from '../socket.js';
import { StatsWindow } from '../stats-window.js';
import { ByteWindow } from './byte-window.js';
import { FrameSchedule } from './frame-schedule.js';
import { jpegSize } from './jpeg-size.js';
import { LinkBudget, type Plan } from './link-budget.js';
import type {
  EncodeTarget,
  FrameClaim,
  PictureInfo,
  PublishControl,
  PublishDrops,
  Publisher,
  PublishOptions,
  PublishState,
  PublishStats,
} from './publish-types.js';
import { parsePublisherMessage } from './publisher-message.js';
import { SendWindow } from './send-window.js';

/** Why an attempt was refused. `final`: trying again is of no use. */
export interface Refusal {
  message: string;
  final: boolean;
}

/** What a publisher needs from outside. */
export interface PublishDependencies {
  openSocket: OpenSocket;
  /** Full `ws:` URL. */
  url: string;
  /** Asked after a failed attempt, since a browser does not tell why an upgrade was refused. */
  explain?: () => Promise<Refusal | undefined>;
  clock?: Clock;
  random?: () => number;
}

const TICK_MS = 500;
/** The clocks are compared before the first frame, so that no timestamp is wrong. */
const FIRST_PINGS_MS = [0, 60, 150];
/** Between pings right before a frame: they know the distance, and with the frame's own what the frame took. */
const BARE_PING_MS = 200;
/** While no frames go out. */
const IDLE_PING_MS = 2000;
/** A ping unanswered for so long: the connection is dead though nobody said so. */
const SILENCE_MS = 8000;
const CONNECT_TIMEOUT_MS = 10_000;
/** While the socket's own buffer drains, which no event tells. */
const DRAIN_MS = 5;

/** Publishes over `WS /ws/camera/:token` until closed. Newest wins; reconnects for ever, its frame numbers going on. */
export class LivePublisher implements Publisher {
  readonly #options: PublishOptions;
  readonly #deps: PublishDependencies;
  readonly #clock: Clock;
  readonly #offset = new ClockOffset();
  readonly #window = new SendWindow();
  readonly #confirmed = new StatsWindow();
  readonly #bytes = new ByteWindow();
  readonly #backoff: Backoff;
  readonly #budget: LinkBudget;
  readonly #schedule: FrameSchedule;
  readonly #dropped: PublishDrops = { throttled: 0, link: 0, encoder: 0, offline: 0, rejected: 0 };
  #control: PublishControl;
  #scheduledFps: number;
  #socket: Socket | undefined;
  #generation = 0;
  #state: PublishState = { state: 'closed', reason: 'not started' };
  #tick: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #drain: ReturnType<typeof setTimeout> | undefined;
  #pings: ReturnType<typeof setTimeout>[] = [];
  #openedAt = 0;
  #wasOpen = false;
  #pingedAt = 0;
  #barePingedAt = 0;
  /** A pong came on this connection: the clocks are compared and the way is known to lead there. */
  #answered = false;
  #lastError: SocketError | undefined;
  #explanation: string | undefined;
  #paused = false;
  #claimed = false;
  /** Who encodes can follow the link; who has JPEGs can only send fewer, and the window sees to that. */
  #encodes = false;
  /** The newest that waits for the network: a JPEG, or only the time of one that was not made yet. */
  #waiting: { at: number; jpeg?: Uint8Array<ArrayBuffer>; info?: PictureInfo } | undefined;
  #closed = false;
  #sent = 0;
  #frameNumber: number;
  #reconnects = 0;
  readonly #onAbort = () => this.close();

  constructor(options: PublishOptions, deps: PublishDependencies) {
    const { fps = 30, quality = 0.8, width, firstFrameNumber = 0 } = options;
    check('fps', fps, 5, 60);
    check('quality', quality, 0.3, 0.95);
    this.#options = options;
    this.#deps = deps;
    this.#clock = deps.clock ?? systemClock;
    this.#backoff = new Backoff({ random: deps.random });
    this.#frameNumber = firstFrameNumber;
    this.#control = { fps, quality, ...(width === undefined ? {} : { width }), reason: '' };
    this.#budget = new LinkBudget(this.#control);
    this.#scheduledFps = fps;
    this.#schedule = new FrameSchedule(fps);
    if (options.signal?.aborted) {
      this.#closed = true;
      return;
    }
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#tick = setInterval(() => this.#onTick(), TICK_MS);
    this.#setState('connecting', 'connecting');
    this.#connect();
  }

  send(jpeg: Uint8Array<ArrayBuffer>, info: PictureInfo = {}): boolean {
    const size = info.width && info.height ? { width: info.width, height: info.height } : jpegSize(jpeg);
    if (!size) throw new TypeError('Expected a JPEG with its size in its header');
    const at = info.timestamp ?? this.#clock.now();
    if (!this.#ready) {
      this.#dropped.offline++;
      return false;
    }
    if (!this.#schedule.due(at)) {
      this.#dropped.throttled++;
      return false;
    }
    this.#replaceWaiting(at);
    if (this.#free(this.#clock.now())) {
      this.#schedule.take(at);
      this.#transmit(jpeg, size, at);
    } else {
      this.#waiting = { at, jpeg, info: { ...size, timestamp: at } };
      this.#awaitDrain();
    }
    return true;
  }

  claim(atMs = this.#clock.now()): FrameClaim | undefined {
    this.#encodes = true;
    if (this.#claimed) return undefined;
    if (!this.#ready) {
      this.#dropped.offline++;
      return undefined;
    }
    if (!this.#schedule.due(atMs)) {
      this.#dropped.throttled++;
      return undefined;
    }
    this.#replaceWaiting(atMs);
    if (!this.#free(this.#clock.now())) {
      this.#waiting = { at: atMs };
      this.#awaitDrain();
      return undefined;
    }
    this.#schedule.take(atMs);
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
        clearTimeout(this.#retry);
        this.#backoff.reset();
        this.#reconnects++;
        this.#dropSocket();
        this.#setState('reconnecting', 'connecting again');
        this.#connect();
        break;
      default:
    }
  }

  stats(): PublishStats {
    const now = this.#clock.now();
    const { target, linkBound } = this.#plan;
    const carried = this.#window.bytesPerMs(now);
    return {
      sent: this.#sent,
      nextFrameNumber: this.#frameNumber,
      dropped: { ...this.#dropped },
      reconnects: this.#reconnects,
      fps: this.#confirmed.fps(now),
      kbitPerSecond: this.#bytes.kbitPerSecond(now),
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
    this.#end('closed', 'closed');
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }

  get #plan(): Plan {
    if (this.#encodes) return this.#budget.plan;
    const { reason, ...target } = this.#control;
    return { target, linkBound: false };
  }

  /** Frames may go out. */
  get #ready(): boolean {
    return this.#answered && !this.#paused && this.#socket?.readyState === SOCKET_OPEN;
  }

  #free(now: number): boolean {
    return !this.#claimed && this.#socket?.bufferedAmount === 0 && this.#window.open(now, this.#plan.target.fps);
  }

  #makeClaim(at: number): FrameClaim {
    const generation = this.#generation;
    const { quality, width }: EncodeTarget = this.#budget.plan.target;
    let open = true;
    this.#claimed = true;
    const settle = () => {
      if (!open) return false;
      open = false;
      this.#claimed = false;
      return generation === this.#generation && this.#ready;
    };
    return {
      quality,
      ...(width === undefined ? {} : { width }),
      send: (jpeg, info = {}) => {
        const size = info.width && info.height ? { width: info.width, height: info.height } : jpegSize(jpeg);
        const stillWanted = settle();
        if (!size) throw new TypeError('Expected a JPEG with its size in its header');
        if (!stillWanted) {
          this.#dropped.offline++;
          return false;
        }
        this.#budget.frame(jpeg.byteLength, { quality, width: size.width });
        this.#transmit(jpeg, size, info.timestamp ?? at);
        return true;
      },
      cancel: () => void settle(),
    };
  }

  #transmit(jpeg: Uint8Array<ArrayBuffer>, { width, height }: { width: number; height: number }, at: number): void {
    const socket = this.#socket!;
    const bareAt = this.#clock.now() - this.#barePingedAt >= BARE_PING_MS ? this.#ping(socket) : undefined;
    const timestamp = Math.round(this.#offset.toServer(at) * 1000) / 1000;
    const frameNumber = this.#frameNumber++;
    socket.send(JSON.stringify({ type: 'frame_metadata', timestamp, frameNumber, width, height, format: 'jpeg' }));
    socket.send(jpeg);
    this.#sent++;
    this.#ping(socket, jpeg.byteLength, at, bareAt);
  }

  /** A newer frame is here: the one that waited goes. */
  #replaceWaiting(at: number): void {
    if (this.#waiting && this.#waiting.at !== at) this.#dropped.link++;
    this.#waiting = undefined;
  }

  #onFree(): void {
    const waiting = this.#waiting;
    if (!waiting || !this.#ready || !this.#free(this.#clock.now())) return;
    if (!waiting.jpeg) {
      // Whoever has the picture asks again for it, or for a newer one.
      this.#options.onReady?.();
      return;
    }
    this.#waiting = undefined;
    this.#schedule.take(waiting.at);
    this.#transmit(waiting.jpeg, waiting.info as { width: number; height: number }, waiting.at);
  }

  /** Pongs open the window; only the socket's own buffer has to be asked. */
  #awaitDrain(): void {
    if (this.#drain !== undefined || !this.#socket?.bufferedAmount) return;
    this.#drain = setTimeout(() => {
      this.#drain = undefined;
      if (!this.#waiting) return;
      this.#onFree();
      this.#awaitDrain();
    }, DRAIN_MS);
  }

  #connect(): void {
    const generation = ++this.#generation;
    this.#openedAt = this.#clock.now();
    this.#wasOpen = false;
    this.#answered = false;
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
        socket.onmessage = ({ data }) => mine() && typeof data === 'string' && this.#onMessage(data);
        socket.onclose = ({ code, reason }) => mine() && void this.#onLost(code, reason);
        // An error is always followed by a close, which says as much as there is to say.
        socket.onerror = () => {};
      },
      (error: unknown) => mine() && void this.#onLost(0, error instanceof Error ? error.message : String(error)),
    );
  }

  #onOpen(socket: Socket): void {
    this.#wasOpen = true;
    this.#window.reset();
    this.#budget.reset();
    this.#confirmed.reset();
    this.#pings = FIRST_PINGS_MS.map((delay) => setTimeout(() => this.#ping(socket), delay));
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
        this.#control = control;
        this.#budget.setControl(control);
        this.#applyPlan();
        this.#options.onControl?.({ ...control });
        break;
      }
      case 'error':
        this.#lastError = message;
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
      this.#explanation = undefined;
      this.#backoff.reset();
      if (this.#paused) this.#setState('paused', 'paused');
      else this.#setState('live', '');
    }
    for (const { bytes, capturedAt } of frames) {
      this.#confirmed.add(now, Math.max(0, t1 - this.#offset.toServer(capturedAt)));
      this.#bytes.add(now, bytes);
    }
    this.#step(now);
    this.#onFree();
  }

  #step(now: number): void {
    this.#budget.step(now, this.#window.bytesPerMs(now));
    this.#applyPlan();
  }

  #applyPlan(): void {
    const { fps } = this.#plan.target;
    if (fps === this.#scheduledFps) return;
    this.#scheduledFps = fps;
    this.#schedule.setFps(fps);
  }

  async #onLost(code: number, reason: string): Promise<void> {
    const said = this.#lastError?.message ?? reason;
    const wasOpen = this.#wasOpen;
    if (code === SOCKET_CLOSE.replaced) {
      this.#end('replaced', 'another device publishes with this link now');
      return;
    }
    if (code === SOCKET_CLOSE.revoked) {
      this.#end('refused', 'this link was taken back');
      return;
    }
    // Nobody will say so again before it is switched on.
    if (code === SOCKET_CLOSE.camera_off) this.#explanation = said;
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
    if (wasOpen) return;
    const refusal = await this.#deps.explain?.();
    if (generation !== this.#generation || this.#state.state !== 'reconnecting') return;
    if (refusal?.final) {
      this.#end('refused', refusal.message);
      return;
    }
    if (!refusal) return;
    // The server's own word, where it gave one when it closed, is better than a guess.
    this.#explanation ??= refusal.message;
    this.#setState('reconnecting', this.#explanation);
  }

  #onTick(): void {
    const now = this.#clock.now();
    const socket = this.#socket;
    if (!socket) return;
    if (socket.readyState !== SOCKET_OPEN) {
      if (now - this.#openedAt > CONNECT_TIMEOUT_MS) void this.#onLost(0, 'the server does not answer');
      return;
    }
    if (now - (this.#window.oldestAt ?? now) > SILENCE_MS) {
      void this.#onLost(0, 'the network stopped');
      return;
    }
    if (now - this.#pingedAt >= IDLE_PING_MS) this.#ping(socket);
    this.#step(now);
    // A frame that stood behind a full window, where no pong is going to open it again.
    this.#onFree();
  }

  /** @returns when it was sent; undefined where it could not be */
  #ping(socket: Socket, bytes = 0, capturedAt?: number, bareAt?: number): number | undefined {
    if (socket.readyState !== SOCKET_OPEN) return undefined;
    // Each its own time, however coarse the clock: the pong is known by it.
    const t0 = Math.max(this.#clock.now(), this.#pingedAt + CLOCK_STEP_MS);
    this.#pingedAt = t0;
    if (bytes === 0) this.#barePingedAt = t0;
    socket.send(JSON.stringify({ type: 'ping', t0 }));
    this.#window.sent(t0, bytes, capturedAt, bareAt);
    return t0;
  }

  #dropSocket(): void {
    for (const ping of this.#pings) clearTimeout(ping);
    this.#pings = [];
    clearTimeout(this.#drain);
    this.#drain = undefined;
    this.#waiting = undefined;
    this.#claimed = false;
    this.#answered = false;
    this.#generation++;
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket) retire(socket);
    this.#window.reset();
  }

  /** No connection any more, and none is tried. */
  #end(state: 'closed' | 'replaced' | 'refused', reason: string): void {
    clearTimeout(this.#retry);
    if (state === 'closed') clearInterval(this.#tick);
    this.#dropSocket();
    this.#setState(state, reason);
  }

  #setState(state: PublishState['state'], reason: string): void {
    if (this.#state.state === state && this.#state.reason === reason) return;
    this.#state = { state, reason };
    this.#options.onState?.(this.#state);
  }
}

/** Finer than any clock of ours, coarser than the grain of a double at today's time (0.0002 ms). */
const CLOCK_STEP_MS = 0.01;

function check(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) {
    throw new RangeError(`Expected \`${name}\` in [${least}, ${most}], got ${value}`);
  }
}
