import type { Clock } from '../../timing/clock.js';
import { StatsWindow } from '../../timing/stats-window.js';
import type { FrameClaim, Publisher, PublishOptions } from '../publish-types.js';
import { CaptureClock } from './capture-clock.js';
import type {
  CaptureMethod,
  CaptureStats,
  FromWorker,
  PictureMessage,
  SourceMessage,
  StartMessage,
  ToWorker,
} from './capture-messages.js';
import { type EncodedPicture, type Picture, PictureEncoder } from './picture-encoder.js';

/** What the worker's session needs from its environment. */
export interface CaptureSessionDependencies {
  post(message: FromWorker): void;
  publish(start: StartMessage, options: PublishOptions): Publisher;
  /** Frames of a transferred track. @throws if the browser does not support that */
  framesOf(track: MediaStreamTrack): ReadableStream<VideoFrame>;
  clock: Clock;
  encoder?: Pick<PictureEncoder, 'encode'>;
}

const STATS_MS = 250;
/** How often a picture of an unchanged source is sent again, so that it does not seem dead. */
const STILL_MS = 500;
/** After this long without an answer, the page is asked again. */
const WANT_TIMEOUT_MS = 2000;

/**
 * The worker's part of publishing a track: takes the newest picture, encodes it when the publisher has a place for it, and sends it. At
 * most one picture waits; every picture is closed.
 */
export class CaptureSession {
  readonly #deps: CaptureSessionDependencies;
  readonly #encoder: Pick<PictureEncoder, 'encode'>;
  readonly #captured = new StatsWindow();
  #publisher: Publisher | undefined;
  #source = 0;
  #method: CaptureMethod | undefined;
  #reader: ReadableStreamDefaultReader<VideoFrame> | undefined;
  #track: MediaStreamTrack | undefined;
  #still = false;
  #newest: { picture: Picture; at: number } | undefined;
  #offeredAt = 0;
  #encoding = false;
  #encoderDrops = 0;
  #encodeMs = 0;
  #sentSize = { width: 0, height: 0 };
  #wantId = 0;
  #wanted: { id: number; claim: FrameClaim; at: number } | undefined;
  #poll: ReturnType<typeof setTimeout> | undefined;
  #statsTimer: ReturnType<typeof setInterval> | undefined;
  #stillTimer: ReturnType<typeof setInterval> | undefined;

  constructor(deps: CaptureSessionDependencies) {
    this.#deps = deps;
    this.#encoder = deps.encoder ?? new PictureEncoder();
  }

  handle(message: ToWorker): void {
    switch (message.type) {
      case 'start':
        this.#start(message);
        break;
      case 'source':
        this.#setSource(message);
        break;
      case 'picture':
        void this.#onPicture(message);
        break;
      case 'pause':
        this.#publisher?.pause();
        break;
      case 'resume':
        this.#publisher?.resume();
        break;
      case 'close':
        this.#close();
        break;
    }
  }

  #start(message: StartMessage): void {
    const { post } = this.#deps;
    const publisher = this.#deps.publish(message, {
      ...message.options,
      onState: (state) => post({ type: 'state', state }),
      onControl: (control) => post({ type: 'control', control }),
      onReady: () => this.#pump(),
    });
    this.#publisher = publisher;
    this.#statsTimer = setInterval(() => post({ type: 'stats', stats: this.#stats(publisher) }), STATS_MS);
  }

  #setSource(message: SourceMessage): void {
    this.#dropSource();
    this.#method = message.method;
    this.#still = message.still;
    switch (message.method) {
      case 'stream':
        void this.#read(message.readable);
        break;
      case 'track':
        this.#track = message.track;
        void this.#read(this.#deps.framesOf(message.track));
        break;
      case 'bitmap':
      case 'jpeg':
        this.#ask();
        break;
      default:
    }
    if (this.#still) this.#stillTimer = setInterval(() => this.#showAgain(), STILL_MS);
  }

  async #read(readable: ReadableStream<VideoFrame>): Promise<void> {
    const source = this.#source;
    const clock = new CaptureClock();
    const reader = readable.getReader();
    this.#reader = reader;
    try {
      for (;;) {
        const { value: frame, done } = await reader.read();
        if (done) return;
        const now = this.#deps.clock.now();
        if (source !== this.#source) frame.close();
        else this.#offer(frame, clock.capturedAt(frame.timestamp, now), now);
      }
    } catch (error) {
      // The page learns from the track itself that it ended; other failures are reported.
      if (source === this.#source) this.#problem(error);
    }
  }

  #offer(picture: Picture, at: number, now: number): void {
    this.#captured.add(now, now - at);
    this.#offeredAt = now;
    if (this.#newest) {
      this.#newest.picture.close();
      if (this.#encoding) this.#encoderDrops++;
    }
    this.#newest = { picture, at };
    this.#pump();
  }

  /** Encodes the newest picture if there is a place for it. */
  #pump(): void {
    if (this.#encoding || !this.#newest || this.#wanted) return;
    const { at } = this.#newest;
    const claim = this.#publisher?.claim(at);
    if (!claim) return;
    const { picture } = this.#newest;
    const keep = this.#still;
    if (!keep) this.#newest = undefined;
    void this.#encode(picture, at, claim, keep);
  }

  async #encode(picture: Picture, at: number, claim: FrameClaim, keep: boolean): Promise<void> {
    const startedAt = this.#deps.clock.now();
    this.#encoding = true;
    let encoded: Promise<EncodedPicture>;
    try {
      try {
        encoded = this.#encoder.encode(picture, claim);
      } finally {
        if (!keep) picture.close();
      }
      const { jpeg, width, height } = await encoded;
      const tookMs = this.#deps.clock.now() - startedAt;
      this.#encodeMs += (tookMs - this.#encodeMs) / 8;
      this.#sentSize = { width, height };
      claim.send(jpeg, { timestamp: at, width, height });
    } catch (error) {
      claim.cancel();
      this.#problem(error);
    } finally {
      this.#encoding = false;
    }
    // A source that keeps its picture is done with this one; the next comes by itself, or this one is shown again.
    if (!keep || this.#newest?.at !== at) this.#pump();
  }

  /** The last picture is still current. */
  #showAgain(): void {
    const now = this.#deps.clock.now();
    if (!this.#newest || now - this.#offeredAt < STILL_MS) return;
    this.#newest.at = now;
    this.#pump();
  }

  /** Asks the page for pictures at the publisher's rate, since a worker's timers also run in a hidden tab. */
  #ask(): void {
    const now = this.#deps.clock.now();
    if (this.#wanted && now - this.#wanted.at > WANT_TIMEOUT_MS) {
      this.#wanted.claim.cancel();
      this.#wanted = undefined;
    }
    const claim = this.#wanted || this.#encoding ? undefined : this.#publisher?.claim(now);
    if (claim) {
      const id = ++this.#wantId;
      this.#wanted = { id, claim, at: now };
      const { quality, width } = claim;
      this.#deps.post({ type: 'want', id, quality, ...(width === undefined ? {} : { width }) });
    }
    const fps = this.#publisher?.stats().target.fps ?? 30;
    this.#poll = setTimeout(() => this.#ask(), Math.min(100, 1000 / fps / 4));
  }

  async #onPicture({ id, picture }: PictureMessage): Promise<void> {
    const wanted = this.#wanted?.id === id ? this.#wanted : undefined;
    const bitmap = picture && 'bitmap' in picture ? picture.bitmap : undefined;
    if (!wanted) {
      bitmap?.close();
      return;
    }
    this.#wanted = undefined;
    if (!picture) {
      wanted.claim.cancel();
      return;
    }
    const now = this.#deps.clock.now();
    this.#captured.add(now, now - picture.at);
    if (bitmap) {
      await this.#encode(bitmap, picture.at, wanted.claim, false);
    } else if ('jpeg' in picture) {
      const { jpeg, width, height, at } = picture;
      this.#encodeMs += (now - wanted.at - this.#encodeMs) / 8;
      this.#sentSize = { width, height };
      wanted.claim.send(new Uint8Array(jpeg), { timestamp: at, width, height });
    }
  }

  #stats(publisher: Publisher): CaptureStats {
    const stats = publisher.stats();
    return {
      ...stats,
      dropped: { ...stats.dropped, encoder: this.#encoderDrops },
      capture: {
        method: this.#method,
        fps: this.#captured.fps(this.#deps.clock.now()),
        ...this.#sentSize,
        encodeMs: this.#encodeMs,
      },
    };
  }

  #dropSource(): void {
    this.#source++;
    this.#method = undefined;
    clearTimeout(this.#poll);
    clearInterval(this.#stillTimer);
    this.#newest?.picture.close();
    this.#newest = undefined;
    this.#wanted?.claim.cancel();
    this.#wanted = undefined;
    // Rejects if the stream has already broken: then nothing is left to end.
    void this.#reader?.cancel().catch(() => undefined);
    this.#reader = undefined;
    this.#track?.stop();
    this.#track = undefined;
    this.#captured.reset();
  }

  #close(): void {
    clearInterval(this.#statsTimer);
    this.#dropSource();
    this.#publisher?.close();
  }

  #problem(error: unknown): void {
    this.#deps.post({ type: 'problem', message: error instanceof Error ? error.message : String(error) });
  }
}
