import { type StreamInfo, toEpochMs } from '@lookout/media';
import { type CameraDetailStats, type Camera as CameraView, LookoutError } from '@lookout/protocol';
import type { CameraOptions, CameraSource, CameraSourceEvents } from './camera-options.js';
import { CameraStatus } from './camera-status.js';
import type { CameraVideo } from './camera-video.js';
import { ConnectionRecord } from './connection-record.js';
import { InvalidLog } from './invalid-log.js';

export interface MainStreamOptions extends Pick<CameraOptions, 'log' | 'now'> {
  id: string;
  /** Where its packets go; its takers decide whether it is open. */
  video: CameraVideo;
  /** It is opened only then: what came before it is being closed. */
  after: Promise<void>;
  open(events: CameraSourceEvents): CameraSource;
  /** Its state has changed, or what is known of its video. */
  onChange(kind: 'state' | 'changed'): void;
}

/** Delay after the last player before the connection is closed: a page that is loaded again continues at once. */
const RELEASE_AFTER_MS = 3000;
const IDLE_REASON = 'opens when somebody plays its video';

/**
 * The main stream of a camera whose sub stream is analysed. Its packets are passed on and never decoded, but for one picture of each
 * connection. It is opened until what it sends is known, and from then on only while somebody takes its packets; it reconnects by itself.
 */
export class MainStream {
  readonly #options: MainStreamOptions;
  readonly #status: CameraStatus;
  readonly #record = new ConnectionRecord();
  readonly #invalidLog: InvalidLog;
  #source: CameraSource | undefined;
  #closing: Promise<void>;
  #releaseTimer: NodeJS.Timeout | undefined;
  #info: StreamInfo | undefined;
  #video: CameraView['video'];
  /** It can't be opened at all, or need not be any more. */
  #ended = false;

  constructor(options: MainStreamOptions) {
    this.#options = options;
    this.#closing = options.after;
    this.#invalidLog = new InvalidLog({ ...options, frame: 'a frame of the main stream' });
    this.#status = new CameraStatus(options.now, ({ state, reason, sinceMs, changed }) => {
      this.#record.state(state, reason, sinceMs);
      if (changed) options.log.info({ camera: options.id, state, reason }, 'state of the main stream changed');
      options.onChange('state');
    });
    this.update();
  }

  /** As `Camera.state`, of this stream. */
  get status(): Pick<CameraStatus, 'state' | 'reason' | 'error'> {
    return this.#status;
  }

  /** FFmpeg's name; undefined before its first picture. */
  get codec(): string | undefined {
    return this.#info?.codec;
  }

  /** What it sends; remembered while it is closed. */
  get video(): CameraView['video'] {
    return this.#video;
  }

  get view(): NonNullable<CameraView['main']> {
    const { state, reason, sinceMs } = this.#status;
    return { state, state_reason: reason, state_since: Math.round(toEpochMs(sinceMs)) };
  }

  get figures(): NonNullable<CameraDetailStats['main']> {
    const { stats } = this.#options.video;
    return { ...this.#record.figures, ...(stats && { video: stats }) };
  }

  /** Players have come or gone. */
  update(): void {
    if (this.#ended) return;
    const { video } = this.#options;
    if (video.need(0)) this.#source?.demand?.(video.demand);
    const wanted = video.encoded.takerCount > 0 || this.#info === undefined;
    if (!wanted) {
      if (this.#source !== undefined) this.#releaseTimer ??= setTimeout(() => this.#release(), RELEASE_AFTER_MS);
      return;
    }
    clearTimeout(this.#releaseTimer);
    this.#releaseTimer = undefined;
    if (this.#source === undefined) this.#open();
  }

  async close(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#releaseTimer);
    this.#closeSource();
    await this.#closing;
  }

  #open(): void {
    let source: CameraSource;
    try {
      source = this.#options.open(this.#events(() => this.#source === source));
    } catch (error) {
      // Retrying can't help; see `Camera`.
      if (!(error instanceof LookoutError)) throw error;
      this.#ended = true;
      this.#status.set('unsupported', error.message, error);
      return;
    }
    this.#source = source;
    source.demand?.(this.#options.video.demand);
    // What it held open must be released before it is opened again.
    this.#closing = this.#closing.then(() => {
      if (this.#source === source) source.start();
    });
  }

  /** @param isCurrent whether the source that these events come from is still the stream's */
  #events(isCurrent: () => boolean): CameraSourceEvents {
    const { video } = this.#options;
    return {
      // Shows that it can be decoded.
      onFrame: () => this.#status.good('received'),
      onState: (state, reason, error) => {
        if (!isCurrent()) return;
        if (state === 'live') this.#record.connected();
        else video.clear();
        this.#status.sourceIs(state, reason, error);
      },
      onInfo: (info) => {
        if (!isCurrent()) return;
        this.#info = info;
        this.#video = video.view(info);
        this.#options.onChange('changed');
        this.update();
      },
      onInvalid: (error) => {
        this.#invalidLog.add(error);
        if (isCurrent()) this.#status.failed('received', error);
      },
      onBytes: (count) => this.#record.bytes(count),
      onPacket: (packet) => {
        if (isCurrent()) video.encoded.put(packet);
      },
      onEncoded: (report) => {
        if (!isCurrent()) return;
        const { changed } = video.reported(report);
        if (this.#info !== undefined) this.#video = video.view(this.#info);
        if (changed) this.#options.onChange('changed');
      },
      onThrottled: () => undefined,
    };
  }

  #release(): void {
    this.#releaseTimer = undefined;
    this.#closeSource();
    this.#status.set('off', IDLE_REASON);
  }

  #closeSource(): void {
    const source = this.#source;
    if (source === undefined) return;
    this.#source = undefined;
    this.#status.sourceIsGone();
    this.#record.closed();
    this.#options.video.clear();
    this.#closing = this.#closing.then(() => source.close());
  }
}
