import { SharedQuality } from '@lookout/protocol';
import { Backoff } from '../backoff.js';
import { type Clock, systemClock } from '../clock.js';
import { NewestFirst } from '../newest-first.js';
import type { OpenSocket } from '../socket.js';
import { StatsWindow } from '../stats-window.js';
import { QUALITY_WINDOW_MS, type QualityState, startQuality, stepQuality } from './quality-rule.js';
import { QualitySocket } from './quality-socket.js';
import type {
  SharedFrame,
  SharedWatch,
  SharedWatchOptions,
  SharedWatchState,
  SharedWatchStats,
} from './shared-types.js';

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

const defaultQuality = 80;
const tickMs = 1000;
/** A connection that has brought nothing for so long is given up. */
const deliverTimeoutMs = 10_000;
/** So long without a picture, another connection is tried beside: of one that is dead, nobody tells a receiver. */
const silenceMs = 15_000;
/** A camera that was only just opened has no rate yet: it is asked for again, so that the first window knows it. */
const firstQuestions = 5;

/**
 * Watches a camera by `WS /websocket/:quality` until closed. Another quality is another connection: the new one is opened first, and the
 * old one closes once the new one has brought a picture, so that there is always something to show; never are there more than two.
 */
export class LiveSharedWatch implements SharedWatch {
  readonly #options: SharedWatchOptions;
  readonly #deps: SharedWatchDependencies;
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #frames: NewestFirst<SharedFrame>;
  readonly #window = new StatsWindow();
  readonly #stallMs: number;
  /** What is shown comes from here. */
  #current: QualitySocket | undefined;
  /** Takes its place with its first picture. */
  #next: QualitySocket | undefined;
  #rule: QualityState;
  #reason = '';
  #state: SharedWatchState = { state: 'closed', reason: 'not started' };
  #tick: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #cameraFps: number | undefined;
  #windowAt = 0;
  #drawnAtWindow = 0;
  #pictureAt = 0;
  #frameBytes = 0;
  #received = 0;
  #drawn = 0;
  #dropped = 0;
  #switches = 0;
  #reconnects = 0;
  #closed = false;
  #asking = false;
  #questions = 0;
  /** Why the last attempts were refused; holds until one is not, so that the reason does not flicker. */
  #explanation: string | undefined;
  readonly #onAbort = () => this.close();

  /** @throws RangeError for a quality outside 30..95 */
  constructor(options: SharedWatchOptions, deps: SharedWatchDependencies) {
    this.#options = options;
    this.#deps = deps;
    this.#clock = deps.clock ?? systemClock;
    this.#stallMs = options.stallMs ?? 3000;
    this.#backoff = new Backoff({ random: deps.random });
    this.#rule = startQuality(checkQuality(options.quality ?? defaultQuality));
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
    this.#tick = setInterval(() => this.#everySecond(), tickMs);
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
      reconnects: this.#reconnects,
    };
  }

  setQuality(quality: number): void {
    checkQuality(quality);
    if (this.#closed) return;
    this.#change(startQuality(quality), 'chosen');
  }

  /** Ends the watch and its timers. Once is enough, more is harmless. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#tick);
    clearTimeout(this.#retry);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#frames.clear();
    this.#current?.close();
    this.#next?.close();
    this.#current = undefined;
    this.#next = undefined;
    this.#setState('closed', 'closed');
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
    if (this.#next || this.#retry !== undefined || this.#current?.quality === this.#rule.quality) return;
    this.#open();
  }

  #open(): void {
    const { quality } = this.#rule;
    const socket = new QualitySocket(this.#deps.openSocket, this.#deps.url(quality), quality, this.#clock.now(), {
      onOpen: () => {
        if (socket !== this.#next || this.#current) return;
        this.#explanation = undefined;
        this.#setState('waiting', 'waiting for the first picture');
      },
      onPicture: (jpeg) => this.#onPicture(socket, jpeg),
      onLost: (said) => this.#onLost(socket, said),
    });
    this.#next = socket;
  }

  #onPicture(socket: QualitySocket, jpeg: Uint8Array<ArrayBuffer>): void {
    if (socket === this.#next) this.#promote(socket);
    if (socket !== this.#current) return;
    const receivedAt = this.#clock.now();
    this.#received++;
    this.#pictureAt = receivedAt;
    this.#frameBytes = jpeg.length;
    this.#backoff.reset();
    this.#setState('live', '');
    this.#frames.put({ jpeg, quality: socket.quality, receivedAt });
  }

  /** The new connection shows something: the old one goes. */
  #promote(socket: QualitySocket): void {
    const before = this.#current;
    this.#next = undefined;
    this.#current = socket;
    before?.close();
    this.#startWindow();
    if (before && before.quality !== socket.quality) {
      this.#switches++;
      const { quality: from } = before;
      this.#options.onQuality?.({ from, to: socket.quality, reason: this.#reason, at: this.#clock.now() });
    }
    // Another may have been chosen meanwhile.
    if (!this.#closed) this.#follow();
  }

  #onLost(socket: QualitySocket, said: string): void {
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
    this.#reconnect(socket.wasOpen, said);
  }

  /** The change did not come off: what is shown goes on, and is what the rule goes on from, unless another was chosen meanwhile. */
  #stay(failed: QualitySocket): void {
    if (this.#current && this.#rule.quality === failed.quality) {
      this.#rule = { ...startQuality(this.#current.quality), patience: this.#rule.patience };
    }
    this.#startWindow();
    this.#follow();
  }

  #reconnect(wasOpen: boolean, said: string): void {
    this.#window.reset();
    const reason =
      said || (wasOpen ? 'the connection was lost' : (this.#explanation ?? 'the server cannot be reached'));
    this.#setState('reconnecting', reason);
    const retry = setTimeout(() => {
      this.#retry = undefined;
      this.#reconnects++;
      this.#open();
    }, this.#backoff.next());
    this.#retry = retry;
    if (!said && !wasOpen) void this.#explain(retry);
  }

  async #explain(attempt: unknown): Promise<void> {
    const explanation = await this.#deps.explain?.();
    if (this.#closed || this.#state.state !== 'reconnecting' || (this.#retry ?? attempt) !== attempt) return;
    this.#explanation = explanation;
    if (explanation) this.#setState('reconnecting', explanation);
  }

  #everySecond(): void {
    const now = this.#clock.now();
    const next = this.#next;
    const silentMs = this.#current ? now - this.#pictureAt : 0;
    if (next && now - next.startedAt > deliverTimeoutMs) this.#giveUp(next, silentMs);
    if (this.#cameraFps === undefined && this.#questions < firstQuestions) void this.#lookAtCamera();
    if (!this.#current) return;
    if (silentMs > this.#stallMs) this.#setState('stalled', 'no new picture from the camera');
    if (silentMs > silenceMs && !this.#next) this.#open();
    // A camera that gives nothing says nothing about the line.
    if (this.#next || silentMs > this.#stallMs) this.#startWindow();
    else if (now - this.#windowAt >= QUALITY_WINDOW_MS) this.#judge(now);
  }

  /** A new connection that has brought nothing. */
  #giveUp(next: QualitySocket, silentMs: number): void {
    if (next.isOpen && silentMs > deliverTimeoutMs) {
      // The old one brings nothing either. This one at least is known to be alive.
      this.#promote(next);
      this.#pictureAt = this.#clock.now();
    } else if (this.#current) {
      next.close();
      this.#next = undefined;
      this.#stay(next);
    } else if (!next.isOpen || this.#clock.now() - next.startedAt > 2 * silenceMs) {
      const said = next.isOpen ? 'no picture came' : 'the server does not answer';
      next.close();
      this.#next = undefined;
      this.#reconnect(next.wasOpen, said);
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
      else {
        // Leaves the media loop running and the error visible, as an event listener's would be.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  #setState(state: SharedWatchState['state'], reason: string): void {
    if (this.#state.state === state && this.#state.reason === reason) return;
    this.#state = { state, reason };
    this.#options.onState?.(this.#state);
  }
}

function checkQuality(quality: number): number {
  const { min, max } = SharedQuality;
  if (Number.isInteger(quality) && quality >= min && quality <= max) return quality;
  throw new RangeError(`Expected \`quality\` to be a whole number from ${min} to ${max}, got ${quality}`);
}
