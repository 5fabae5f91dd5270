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

/** What a shared watch needs from its environment. */
export interface SharedWatchDependencies {
  openSocket: OpenSocket;
  /** Full `ws:` URL for a quality. */
  url(quality: number): string;
  /** The camera's own rate, pictures per second; undefined if unknown. May reject. */
  cameraFps(): Promise<number | undefined>;
  /** Called after a failed attempt, as browsers don't say why an upgrade was refused. */
  explain?: () => Promise<string | undefined>;
  clock?: Clock;
  random?: () => number;
}

const DEFAULT_QUALITY = 80;
const DEFAULT_STALL_MS = 3000;
const TICK_MS = 1000;
/** A new connection that delivers nothing for this long is given up. */
const DELIVER_TIMEOUT_MS = 10_000;
/** After this long without a picture a second connection is tried, as a receiver is not notified when its connection dies. */
const SILENCE_MS = 15_000;
/** A newly opened camera has no rate yet: ask again up to this many times, so that it is known for the first window. */
const MAX_FIRST_QUESTIONS = 5;

/**
 * Watches a camera over `WS /websocket/:quality` until closed. Each quality needs its own connection: the new one is opened first, and the
 * old one is closed once the new one has delivered a picture, so that there is always something to show. There are never more than two.
 */
export class LiveSharedWatch implements SharedWatch {
  readonly #options: SharedWatchOptions;
  readonly #deps: SharedWatchDependencies;
  readonly #clock: Clock;
  readonly #retries: Retries;
  readonly #frames: NewestFirst<SharedFrame>;
  readonly #window = new StatsWindow();
  readonly #stallMs: number;
  /** The connection whose pictures are shown. */
  #current: QualityConnection | undefined;
  /** The connection that replaces it with its first picture. */
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

  /** Ends the watch and its timers. Further calls do nothing. */
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

  /** Changes to another quality; the old connection stays until the new one shows something. */
  #change(rule: QualityState, reason: string): void {
    if (rule.quality !== this.#rule.quality) this.#reason = reason;
    this.#rule = rule;
    this.#follow();
  }

  /** Opens the wanted quality unless it is already shown. Waits for a connection being opened, so that there are never three. */
  #follow(): void {
    // Between attempts, the next attempt uses the new quality anyway.
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

  /** The new connection has delivered a picture: close the old one. */
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
    // Another quality may have been chosen in the meantime.
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
      // The connection that was about to take over still may.
      if (this.#next) return;
    } else return;
    this.#reconnect(lost);
  }

  /** The change failed: the shown quality stays, and the rule continues from it, unless another was chosen in the meantime. */
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
    // A camera that delivers nothing says nothing about the connection.
    if (this.#next || silentMs > this.#stallMs) this.#startWindow();
    else if (now - this.#windowAt >= QUALITY_WINDOW_MS) this.#judge(now);
  }

  /** Handles a new connection that has delivered nothing. */
  #giveUp(next: QualityConnection, silentMs: number): void {
    if (next.connection.isOpen && silentMs > DELIVER_TIMEOUT_MS) {
      // The old connection delivers nothing either, and this one is at least known to be alive.
      this.#promote(next);
      this.#pictureAt = this.#clock.now();
    } else if (this.#current) {
      next.connection.close();
      this.#next = undefined;
      this.#stay(next);
    } else if (!next.connection.isOpen || this.#clock.now() - next.connection.startedAt > 2 * SILENCE_MS) {
      const said = next.connection.isOpen ? 'no picture arrived' : 'the server does not answer';
      next.connection.close();
      this.#next = undefined;
      this.#reconnect({ said, wasOpen: next.connection.wasOpen });
    }
  }

  #startWindow(): void {
    this.#windowAt = this.#clock.now();
    this.#drawnAtWindow = this.#drawn;
  }

  /** Requests the camera's own rate, in time for the end of the window. */
  async #lookAtCamera(): Promise<void> {
    if (this.#options.adapt === false || this.#asking) return;
    this.#asking = true;
    this.#questions++;
    try {
      const fps = await this.#deps.cameraFps();
      if (fps !== undefined && fps >= 1) this.#cameraFps = fps;
    } catch {
      // The rate stays as it was; the socket notices if the server is gone.
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
