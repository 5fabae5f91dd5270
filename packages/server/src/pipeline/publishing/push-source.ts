import {
  DEFAULT_DEMAND,
  type EncodedPacket,
  type Frame,
  type JpegFrame,
  type openPacketDecoder,
  type PacketDecoder,
  type SourceDemand,
} from '@lookout/media';
import { LookoutError } from '@lookout/protocol';
import type { CameraSource, CameraSourceEvents } from '../cameras/camera-options.js';
import { FrameNumbers } from '../live/viewer-channel.js';

/** A checked frame from a publisher's session. */
export interface PublishedFrame {
  frameNumber: number;
  /** By the server's clock. */
  timestampMs: number;
  width: number;
  height: number;
  jpeg: Uint8Array;
}

/** The current publisher as the camera's source sees it. */
export interface Publisher {
  /** Another publisher replaced this one, or the camera was switched off. Called once, and nothing after it. */
  end(reason: 'replaced' | 'camera_off'): void;
  /** A worker could not decode one of its frames. */
  undecodable(error: LookoutError): void;
  /** One of its frames was decoded. */
  decoded(): void;
}

export interface PushSourceOptions {
  events: CameraSourceEvents;
  firstFrameNumber: number;
  /** For publishers that send a video codec. */
  openDecoder: typeof openPacketDecoder;
  now(): number;
  onClosed?(): void;
}

/** A publisher that sends no frame for this long has stalled, ms. */
const STALLED_AFTER_MS = 5000;
const WATCH_EVERY_MS = 1000;
/** Decoders of earlier publishers that are still ending: each holds a thread, and a publisher may come and go many times a second. */
const MAX_ENDING_DECODERS = 2;

const WAITING_MESSAGE = 'Waiting for a publisher';

/**
 * The source of a published camera. It has at most one publisher, the newest. Viewers stay connected while publishers come and
 * go.
 */
export class PushSource implements CameraSource {
  readonly #options: PushSourceOptions;
  readonly #numbers: FrameNumbers;
  #publisher: Publisher | undefined;
  #lastFrameMs = 0;
  #lastTimestampMs = Number.NEGATIVE_INFINITY;
  #isLive = false;
  #size = '';
  #watch: NodeJS.Timeout | undefined;
  #demand = DEFAULT_DEMAND;
  /** Opened with a publisher's first keyframe, or a later one if too many are still ending; closed with the publisher. */
  #decoder: PacketDecoder | undefined;
  /** Its codec is not supported, or it crashed: the publisher's packets are ignored from then on. */
  #decoderFailed = false;
  /** The publisher's packets have shown a picture. */
  #decodes = false;
  #awaitsKeyframe = true;
  /** Packets arrive, but there is no keyframe to begin with. */
  #lacksKeyframe = false;
  #endingDecoders = 0;
  #closing: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: PushSourceOptions) {
    this.#options = options;
    this.#numbers = new FrameNumbers(options.firstFrameNumber);
  }

  start(): void {
    if (this.#closed) return;
    this.#options.events.onState('off', WAITING_MESSAGE, new LookoutError('camera_off', WAITING_MESSAGE));
  }

  demand(demand: SourceDemand): void {
    this.#demand = demand;
    this.#decoder?.demand(demand);
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      const publisher = this.#publisher;
      this.#detach();
      publisher?.end('camera_off');
      this.#options.onClosed?.();
    }
    await this.#closing;
  }

  get publisher(): Publisher | undefined {
    return this.#publisher;
  }

  /** Makes this the camera's publisher and ends the previous one. */
  attach(publisher: Publisher): void {
    if (this.#closed) {
      publisher.end('camera_off');
      return;
    }
    const before = this.#publisher;
    // The next one's video is another stream, if it is video at all.
    if (this.#decoder !== undefined) this.#isLive = false;
    this.#closeDecoder();
    this.#publisher = publisher;
    this.#lastFrameMs = this.#options.now();
    this.#watch ??= setInterval(() => this.#check(), WATCH_EVERY_MS);
    before?.end('replaced');
    if (!this.#isLive) this.#options.events.onState('connecting', 'Publisher connected, waiting for its first frame');
  }

  /** @param reason why, appended to the state's reason. Ignored for a replaced publisher. */
  detach(publisher: Publisher, reason?: string): void {
    if (this.#publisher !== publisher) return;
    this.#detach();
    const text = `The publisher disconnected${reason ? `: ${reason}` : ''}`;
    this.#options.events.onState('off', text, new LookoutError('camera_off', text));
  }

  /** A checked frame. Ignored from a replaced publisher. */
  frame(publisher: Publisher, published: PublishedFrame): void {
    if (this.#publisher !== publisher) return;
    const { events, now } = this.#options;
    const { width, height, jpeg } = published;
    const receivedMs = now();
    this.#lastFrameMs = receivedMs;
    const timestampMs = this.#afterLast(published.timestampMs);
    const frame: JpegFrame = {
      kind: 'jpeg',
      number: this.#numbers.next(published.frameNumber),
      publishedNumber: published.frameNumber,
      timestampMs,
      receivedMs: Math.max(receivedMs, timestampMs),
      width,
      height,
      jpeg,
    };
    const size = `${width}x${height}`;
    if (size !== this.#size) {
      this.#size = size;
      events.onInfo({ transport: 'push', codec: 'mjpeg', width, height, fps: null });
    }
    this.#setLive();
    events.onFrame(frame);
  }

  /**
   * An encoded frame, in decode order; see `PacketStamper` for its times. What precedes the publisher's first keyframe is left out. Ignored
   * from a replaced publisher.
   */
  packet(publisher: Publisher, packet: EncodedPacket): void {
    if (this.#publisher !== publisher) return;
    const { events, now } = this.#options;
    events.onBytes(packet.data.byteLength);
    this.#lacksKeyframe = this.#awaitsKeyframe && !packet.keyframe;
    if (this.#lacksKeyframe) return;
    this.#lastFrameMs = now();
    this.#awaitsKeyframe = false;
    if (this.#decoderFailed) return;
    // It had stalled, and perhaps nobody needs a picture now.
    if (this.#decodes) this.#setLive();
    events.onPacket?.(packet);
    if (this.#decoder === undefined && packet.keyframe && this.#endingDecoders < MAX_ENDING_DECODERS)
      this.#decoder = this.#openDecoder();
    this.#decoder?.put(packet);
  }

  /** Packets are missing: nothing is passed on up to the next keyframe. */
  packetsLost(publisher: Publisher): void {
    if (this.#publisher === publisher) this.#awaitsKeyframe = true;
  }

  bytes(publisher: Publisher, count: number): void {
    if (this.#publisher === publisher) this.#options.events.onBytes(count);
  }

  throttled(publisher: Publisher, receivedMs: number): void {
    if (this.#publisher !== publisher) return;
    this.#lastFrameMs = receivedMs;
    this.#options.events.onThrottled(receivedMs);
  }

  invalid(publisher: Publisher, error: LookoutError): void {
    if (this.#publisher === publisher) this.#options.events.onInvalid(error);
  }

  /** From the camera: a worker could not decode a frame. */
  undecodable(error: LookoutError): void {
    this.#publisher?.undecodable(error);
  }

  /** From the camera: a frame was decoded. */
  decoded(): void {
    this.#publisher?.decoded();
  }

  #check(): void {
    const silentMs = this.#options.now() - this.#lastFrameMs;
    if (!this.#publisher || silentMs < STALLED_AFTER_MS) return;
    this.#isLive = false;
    const text = this.#lacksKeyframe
      ? 'The publisher sends video without a keyframe: set its keyframe interval to 1 or 2 seconds'
      : 'The publisher is connected but sends no frames';
    this.#options.events.onState('stalled', text, new LookoutError('camera_stalled', text));
  }

  #openDecoder(): PacketDecoder {
    const { events } = this.#options;
    const isHeard = () => this.#decoder === decoder;
    const decoder = this.#options.openDecoder({
      onFrame: (frame) => {
        if (!isHeard()) return;
        // The only write to a frame after it was created, before anybody else has seen it.
        const own = frame as { -readonly [K in keyof Frame]: Frame[K] };
        own.number = this.#numbers.next(frame.number);
        own.timestampMs = this.#afterLast(frame.timestampMs);
        own.receivedMs = Math.max(frame.receivedMs, own.timestampMs);
        this.#decodes = true;
        this.#setLive();
        this.#publisher?.decoded();
        events.onFrame(frame);
      },
      onInfo: (info) => {
        if (!isHeard()) return;
        this.#size = '';
        events.onInfo(info);
      },
      onInvalid: (error) => {
        if (!isHeard()) return;
        events.onInvalid(error);
        this.#publisher?.undecodable(error);
      },
      onEncoded: (report) => {
        if (isHeard()) events.onEncoded?.(report);
      },
      onFailed: (error) => {
        if (!isHeard()) return;
        this.#decoderFailed = true;
        this.#isLive = false;
        events.onState('unsupported', error.message, error);
        this.#publisher?.undecodable(error);
      },
    });
    decoder.demand(this.#demand);
    return decoder;
  }

  #closeDecoder(): void {
    const decoder = this.#decoder;
    this.#decoder = undefined;
    this.#decoderFailed = false;
    this.#decodes = false;
    this.#awaitsKeyframe = true;
    this.#lacksKeyframe = false;
    if (decoder === undefined) return;
    this.#endingDecoders++;
    const ended = decoder.close().finally(() => {
      this.#endingDecoders--;
    });
    this.#closing = Promise.all([this.#closing, ended]);
  }

  #setLive(): void {
    if (this.#isLive) return;
    this.#isLive = true;
    this.#options.events.onState('live', 'Receiving frames');
  }

  /** Trackers and rates rely on the times of frames, so they increase strictly, whoever publishes. */
  #afterLast(timestampMs: number): number {
    this.#lastTimestampMs = Math.max(timestampMs, this.#lastTimestampMs + 0.1);
    return this.#lastTimestampMs;
  }

  #detach(): void {
    this.#closeDecoder();
    this.#publisher = undefined;
    this.#isLive = false;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }
}

/** The sources of published cameras by camera id, where a publisher's socket finds its camera. */
export class PushSources {
  readonly #sources = new Map<string, PushSource>();
  readonly #options: Pick<PushSourceOptions, 'now' | 'openDecoder'>;

  constructor(options: Pick<PushSourceOptions, 'now' | 'openDecoder'>) {
    this.#options = options;
  }

  open(cameraId: string, events: CameraSourceEvents, firstFrameNumber: number): PushSource {
    const source: PushSource = new PushSource({
      events,
      firstFrameNumber,
      ...this.#options,
      onClosed: () => {
        // A camera that was reopened may have registered its next source already.
        if (this.#sources.get(cameraId) === source) this.#sources.delete(cameraId);
      },
    });
    this.#sources.set(cameraId, source);
    return source;
  }

  /** @throws LookoutError `camera_off` if the camera is switched off */
  get(cameraId: string): PushSource {
    const source = this.#sources.get(cameraId);
    if (source) return source;
    throw new LookoutError('camera_off', 'This camera is switched off', { hint: 'Its owner can switch it on.' });
  }

  /** Number of open sources. */
  get count(): number {
    return this.#sources.size;
  }
}
