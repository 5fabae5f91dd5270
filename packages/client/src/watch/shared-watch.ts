import { SharedQuality } from '@lookout/protocol';
import { asRefusal, Retries } from '../connection/retries.js';
import { Connection, type Lost, type OpenSocket } from '../connection/socket.js';
import { type Clock, systemClock } from '../timing/clock.js';
import { StatsWindow } from '../timing/stats-window.js';
import { NewestFirst, rethrowLater } from './newest-first.js';
import { QUALITY_WINDOW_MS, type QualityState, startQuality, stepQuality } from './quality-rule.js';
import type {
  SharedFrame,
  SharedWatch,
  SharedWatchOptions,
  SharedWatchState,
  SharedWatchStats,
} from './shared-types.js';
import { VIEWER_CLOSES } from './viewer-messages.js';

/** What a shared watch needs from outside. */
export interface SharedWatchDependencies {
  openSocket: OpenSocket;
  /** Full `ws:` URL of a quality. */
  url(quality: number): string;
  /** Pictures a second the camera gives; undefined where there is no telling. May reject. */
  cameraFps(): Promise<number | undefined>;
  /** Asked after a failed attempt, since a browser does not tell why an upgrade was refused. */
  explain?: () => Promise<string | undefined>;
  clock?: Clock;
  random?: () => number;
}

const DEFAULT_QUALITY = 80;
const DEFAULT_STALL_MS = 3000;
const TICK_MS = 1000;
/** A connection that has brought nothing for so long is given up. */
const DELIVER_TIMEOUT_MS = 10_000;
/** So long without a picture, another connection is tried beside: of one that is dead, nobody tells a receiver. */
const SILENCE_MS = 15_000;
/** A camera that was only just opened has no rate yet: it is asked for again, so that the first window knows it. */
const MAX_FIRST_QUESTIONS = 5;

/**
 * Watches a camera by `WS /websocket/:quality` until closed. Another quality is another connection: the new one is opened first, and the
 * old one closes once the new one has brought a picture, so that there is always something to show; never are there more than two.
 */
export class LiveSharedWatch implements SharedWatch {
  readonly #options: SharedWatchOptions;
  readonly #deps: SharedWatchDependencies;
  readonly #clock: Clock;
  readonly #retries: Retries;
  readonly #frames: NewestFirst<SharedFrame>;
  readonly #window = new StatsWindow();
  readonly #stallMs: number;
  /** What is shown comes from here. */
  #current: QualityConnection | undefined;
  /** Takes its place with its first picture. */
  #next: QualityConnection | undefined;
  #rule: QualityState;
  #reason = '';
  #state: SharedWatchState = { state: 'closed', reason: 'not started' };
  #tick: ReturnType<typeof setInterval> | undefined;
  #cameraFps: number | undefined;
  #windowAt = 0;
  #drawnAtWindow = 0;
  #pictureAt = 0;
  #frameBytes = 0;
  #received = 0;
  #drawn = 0;
  #dropped = 0;
  #switches = 0;
  #closed = false;
  #asking = false;
  #questions = 0;
  readonly #onAbort = () => this.close();

  /** @throws RangeError for a quality outside 30..95 */
  constructor(options: SharedWatchOptions, deps: SharedWatchDependencies) {
    this.#options = options;
    this.#deps = deps;
    this.#clock = deps.clock ?? systemClock;
    this.#stallMs = options.stallMs ?? DEFAULT_STALL_MS;
    this.#retries = new Retries({
      again: () => this.#open(),
      tell: (reason) => this.#setState('reconnecting', reason),
      refused: (reason) => this.#end('refused', reason),
      explain: asRefusal(deps.explain),
      random: deps.random,
    });
    this.#rule = startQuality(checkQuality(options.quality ?? DEFAULT_QUALITY));
    this.#frames = new NewestFirst(
      (frame) => this.#consume(frame),
      () => {
        this.#dropped++;
      },
      options.concurrency ?? 1,
    );
    if (options.signal?.aborted) {
      this.#closed = true;
      return;
    }
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#tick = setInterval(() => this.#everySecond(), TICK_MS);
    this.#setState('connecting', 'connecting');
    this.#open();
    void this.#lookAtCamera();
  }

  stats(): SharedWatchStats {
    return {
      quality: this.#current?.quality ?? this.#rule.quality,
      fps: this.#window.fps(this.#clock.now()),
      cameraFps: this.#cameraFps,
      received: this.#received,
      drawn: this.#drawn,
      dropped: this.#dropped,
      frameBytes: this.#frameBytes,
      switches: this.#switches,
      reconnects: this.#retries.count,
    };
  }

  setQuality(quality: number): void {
    checkQuality(quality);
    if (this.#closed) return;
    this.#change(startQuality(quality), 'chosen');
  }

  /** Ends the watch and its timers. Once is enough, more is harmless. */
  close(): void {
    if (!this.#closed) this.#end('closed', 'closed');
  }

  #end(state: 'closed' | 'refused', reason: string): void {
    this.#closed = true;
    clearInterval(this.#tick);
    this.#retries.stop();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#frames.clear();
    this.#current?.connection.close();
    this.#next?.connection.close();
    this.#current = undefined;
    this.#next = undefined;
    this.#setState(state, reason);
  }

  /** Goes to another quality, beside the old one while that still shows something. */
  #change(rule: QualityState, reason: string): void {
    if (rule.quality !== this.#rule.quality) this.#reason = reason;
    this.#rule = rule;
    this.#follow();
  }

  /** Opens the quality that is wanted where it is not shown. What is on its way is waited for, so that there are never three. */
  #follow(): void {
    // Between attempts the next one takes the quality by itself.
    if (this.#next || this.#retries.isWaiting || this.#current?.quality === this.#rule.quality) return;
    this.#open();
  }

  #open(): void {
    const { quality } = this.#rule;
    const connection = new Connection(this.#deps.openSocket, this.#deps.url(quality), this.#clock.now(), {
      onOpen: () => {
        if (opened !== this.#next || this.#current) return;
        this.#retries.opened();
        this.#setState('waiting', 'waiting for the first picture');
      },
      onMessage: (data) => {
        if (typeof data !== 'string') this.#onPicture(opened, new Uint8Array(data));
      },
      onLost: (lost) => this.#onLost(opened, lost),
    });
    const opened = { quality, connection };
    this.#next = opened;
  }

  #onPicture(socket: QualityConnection, jpeg: Uint8Array<ArrayBuffer>): void {
    if (socket === this.#next) this.#promote(socket);
    if (socket !== this.#current) return;
    const receivedAt = this.#clock.now();
    this.#received++;
    this.#pictureAt = receivedAt;
    this.#frameBytes = jpeg.length;
    this.#retries.succeeded();
    this.#setState('live', '');
    this.#frames.put({ jpeg, quality: socket.quality, receivedAt });
  }

  /** The new connection shows something: the old one goes. */
  #promote(socket: QualityConnection): void {
    const before = this.#current;
    this.#next = undefined;
    this.#current = socket;
    before?.connection.close();
    this.#startWindow();
    if (before && before.quality !== socket.quality) {
      this.#switches++;
      const { quality: from } = before;
      this.#options.onQuality?.({ from, to: socket.quality, reason: this.#reason, at: this.#clock.now() });
    }
    // Another may have been chosen meanwhile.
    if (!this.#closed) this.#follow();
  }

  #onLost(socket: QualityConnection, lost: Lost): void {
    const final = VIEWER_CLOSES[lost.code];
    if (final) {
      this.#end('refused', final.reason ?? lost.said);
      return;
    }
    if (socket === this.#next) {
      this.#next = undefined;
      if (this.#current) {
        this.#stay(socket);
        return;
      }
    } else if (socket === this.#current) {
      this.#current = undefined;
      // The one that was to take over still may.
      if (this.#next) return;
    } else return;
    this.#reconnect(lost);
  }

  /** The change did not come off: what is shown goes on, and is what the rule goes on from, unless another was chosen meanwhile. */
  #stay(failed: QualityConnection): void {
    if (this.#current && this.#rule.quality === failed.quality) {
      this.#rule = { ...startQuality(this.#current.quality), patience: this.#rule.patience };
    }
    this.#startWindow();
    this.#follow();
  }

  #reconnect(lost: Omit<Lost, 'code'>): void {
    this.#window.reset();
    this.#retries.lost(lost);
  }

  #everySecond(): void {
    const now = this.#clock.now();
    const next = this.#next;
    const silentMs = this.#current ? now - this.#pictureAt : 0;
    if (next && now - next.connection.startedAt > DELIVER_TIMEOUT_MS) this.#giveUp(next, silentMs);
    if (this.#cameraFps === undefined && this.#questions < MAX_FIRST_QUESTIONS) void this.#lookAtCamera();
    if (!this.#current) return;
    if (silentMs > this.#stallMs) this.#setState('stalled', 'no new picture from the camera');
    if (silentMs > SILENCE_MS && !this.#next) this.#open();
    // A camera that gives nothing says nothing about the line.
    if (this.#next || silentMs > this.#stallMs) this.#startWindow();
    else if (now - this.#windowAt >= QUALITY_WINDOW_MS) this.#judge(now);
  }

  /** A new connection that has brought nothing. */
  #giveUp(next: QualityConnection, silentMs: number): void {
    if (next.connection.isOpen && silentMs > DELIVER_TIMEOUT_MS) {
      // The old one brings nothing either. This one at least is known to be alive.
      this.#promote(next);
      this.#pictureAt = this.#clock.now();
    } else if (this.#current) {
      next.connection.close();
      this.#next = undefined;
      this.#stay(next);
    } else if (!next.connection.isOpen || this.#clock.now() - next.connection.startedAt > 2 * SILENCE_MS) {
      const said = next.connection.isOpen ? 'no picture came' : 'the server does not answer';
      next.connection.close();
      this.#next = undefined;
      this.#reconnect({ said, wasOpen: next.connection.wasOpen });
    }
  }

  #startWindow(): void {
    this.#windowAt = this.#clock.now();
    this.#drawnAtWindow = this.#drawn;
  }

  /** Asks for the camera's own rate, in time for the end of the window. */
  async #lookAtCamera(): Promise<void> {
    if (this.#options.adapt === false || this.#asking) return;
    this.#asking = true;
    this.#questions++;
    try {
      const fps = await this.#deps.cameraFps();
      if (fps !== undefined && fps >= 1) this.#cameraFps = fps;
    } catch {
      // Not known is what it was before; whether the server is there, the socket tells.
    } finally {
      this.#asking = false;
    }
  }

  #judge(now: number): void {
    const fps = ((this.#drawn - this.#drawnAtWindow) * 1000) / (now - this.#windowAt);
    this.#startWindow();
    void this.#lookAtCamera();
    if (this.#options.adapt === false) return;
    const { reason, ...rule } = stepQuality(this.#rule, { fps, cameraFps: this.#cameraFps }, SharedQuality);
    this.#change(rule, reason ?? '');
  }

  async #consume(frame: SharedFrame): Promise<void> {
    try {
      await this.#options.onFrame(frame);
      this.#drawn++;
      const now = this.#clock.now();
      this.#window.add(now, Math.max(0, now - frame.receivedAt));
    } catch (error) {
      if (this.#options.onError) this.#options.onError(error);
      else rethrowLater(error);
    }
  }

  #setState(state: SharedWatchState['state'], reason: string): void {
    if (this.#state.state === state && this.#state.reason === reason) return;
    this.#state = { state, reason };
    this.#options.onState?.(this.#state);
  }
}

/** One connection of one quality. */
interface QualityConnection {
  quality: number;
  connection: Connection;
}

function checkQuality(quality: number): number {
  const { min, max } = SharedQuality;
  if (Number.isInteger(quality) && quality >= min && quality <= max) return quality;
  throw new RangeError(`Expected \`quality\` to be a whole number from ${min} to ${max}, got ${quality}`);
}
