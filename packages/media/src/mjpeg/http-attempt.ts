import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { LookoutError } from '@lookout/protocol/core';
import { nowMs } from '../frame/clock.js';
import { readJpegHeader } from '../jpeg/jpeg-header.js';
import { AddressGuard, type AddressLimits } from '../network/address-guard.js';
import { type Attempt, type AttemptEvents, DEFAULT_DEMAND, type SourceDemand } from '../source/source.js';
import { CameraRequest, type CameraRequestOptions, isMultipart, readBody } from './camera-request.js';
import { type ContentKind, kindByBytes, kindByType, pageError, SNIFF_BYTES } from './content-kind.js';
import { MultipartParser } from './multipart-parser.js';

export interface HttpAttemptOptions extends Omit<CameraRequestOptions, 'guard'> {
  /** Which addresses may be connected to. */
  limits?: AddressLimits;
  /** From the response's headers to the first complete picture. Default 10000. */
  firstFrameTimeoutMs?: number;
  /** Between two complete pictures. Default 8000. */
  stallTimeoutMs?: number;
  /** Maximum rate of requests for snapshots. Default 10. */
  snapshotFps?: number;
  /**
   * If a complete snapshot is followed by so long a silence, it is taken as the end of the response, even if Content-Length is larger.
   * Default 250: longer than TCP takes to retransmit a lost packet.
   */
  settleTimeoutMs?: number;
  /** Default 20 MB. */
  maxFrameBytes?: number;
  /** Makes the attempt for other video: HLS, a file, another stream. Without it such a camera is refused. */
  handOver?: (url: string, media: FoundMedia) => Attempt;
}

export interface FoundMedia {
  /** The response had a Content-Length, as files have. */
  knownLength: boolean;
  /** Which addresses may be connected to, given the camera's own. */
  limits: AddressLimits;
}

/**
 * One attempt to read a camera over HTTP. The response decides how: `multipart/x-mixed-replace` and consecutive JPEGs are read as a
 * stream; a single JPEG is requested periodically; a playlist or video file goes to `handOver`.
 */
export class HttpAttempt implements Attempt {
  readonly #options: HttpAttemptOptions;
  #demand = DEFAULT_DEMAND;
  #handedOver: Attempt | undefined;

  constructor(options: HttpAttemptOptions) {
    this.#options = options;
  }

  demand(demand: SourceDemand): void {
    this.#demand = demand;
    this.#handedOver?.demand?.(demand);
  }

  async run(events: AttemptEvents, signal: AbortSignal): Promise<void> {
    const guard = new AddressGuard(this.#options.limits);
    const request = new CameraRequest({ ...this.#options, guard });
    const watchdog = new Watchdog();
    let media: { knownLength: boolean } | undefined;
    try {
      media = await new HttpReading(this.#options, events, request, watchdog, signal).run();
    } catch (error) {
      if (signal.aborted) return;
      throw watchdog.signal.aborted ? watchdog.signal.reason : error;
    } finally {
      watchdog.stop();
      request.close();
    }
    if (media === undefined || signal.aborted) return;
    this.#handedOver = this.#handOver({ ...media, limits: guard.limits });
    this.#handedOver.demand?.(this.#demand);
    await this.#handedOver.run(events, signal);
  }

  #handOver(media: FoundMedia): Attempt {
    const { handOver, url } = this.#options;
    if (handOver !== undefined) return handOver(url, media);
    throw new LookoutError('camera_unsupported', 'The address holds a video, not a stream of JPEG pictures');
  }
}

/** State of one run. */
class HttpReading {
  readonly #options: HttpAttemptOptions;
  readonly #events: AttemptEvents;
  readonly #request: CameraRequest;
  readonly #watchdog: Watchdog;
  readonly #signal: AbortSignal;
  #frames = 0;
  #width = 0;
  #height = 0;
  #transport = 'mjpeg';
  #lastInvalid = '';
  #invalids = 0;
  #foreignType = '';

  constructor(
    options: HttpAttemptOptions,
    events: AttemptEvents,
    request: CameraRequest,
    watchdog: Watchdog,
    signal: AbortSignal,
  ) {
    this.#options = options;
    this.#events = events;
    this.#request = request;
    this.#watchdog = watchdog;
    this.#signal = AbortSignal.any([signal, watchdog.signal]);
  }

  /** @returns only for media that FFmpeg must read; otherwise ends by an error. */
  async run(): Promise<{ knownLength: boolean }> {
    let response = await this.#request.get(this.#signal);
    const { firstFrameTimeoutMs = 10_000, snapshotFps = 10 } = this.#options;
    this.#watchdog.start(firstFrameTimeoutMs, () => this.#stalled(firstFrameTimeoutMs));
    if ((await this.#read(response)) === 'media') {
      return { knownLength: response.headers['content-length'] !== undefined };
    }
    if (this.#frames !== 1 || isMultipart(response)) throw this.#ended();

    // One picture and the end: a snapshot. Requested on a schedule; a late request is not made up for.
    const periodMs = 1000 / snapshotFps;
    let dueMs = nowMs();
    for (;;) {
      dueMs = Math.max(dueMs + periodMs, nowMs());
      const waitMs = dueMs - nowMs();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: this.#signal });
      response = await this.#request.get(this.#signal);
      const before: number = this.#frames + this.#invalids;
      if ((await this.#read(response)) === 'media' || isMultipart(response)) throw this.#ended();
      if (this.#frames + this.#invalids === before)
        this.#invalid(new LookoutError('frame_invalid', 'A snapshot had no picture in it'));
    }
  }

  /** Reads one response to its end. @returns its kind. */
  async #read(response: IncomingMessage): Promise<ContentKind> {
    const contentType = response.headers['content-type'] ?? '';
    let kind = kindByType(contentType);
    if (kind === 'unsupported') throw unsupportedType(contentType);
    if (/^\s*image\//i.test(contentType)) this.#transport = 'jpeg';
    const parser = new MultipartParser(
      {
        onJpeg: (jpeg, firstByteMs) => this.#frame(jpeg, firstByteMs),
        onInvalid: (error) => this.#invalid(error),
        onForeignPart: (type) => this.#foreign(type),
      },
      { contentType, maxFrameBytes: this.#options.maxFrameBytes },
    );
    const head: Buffer[] = [];
    let headBytes = 0;
    const before = this.#frames;
    const isSnapshot = response.headers['content-length'] !== undefined && !isMultipart(response);
    const { settleTimeoutMs = 250 } = this.#options;
    const settle = () => {
      // Some cameras announce a few bytes more than they send. With the connection closed, the next snapshot can be requested.
      if (this.#frames === before + 1 && parser.isBetweenBarePictures) response.destroy();
    };
    const settling = isSnapshot ? setTimeout(settle, settleTimeoutMs) : undefined;

    try {
      if (kind === 'unknown' || kind === 'pictures')
        await readBody(response, this.#signal, (chunk) => {
          const arrivedMs = nowMs();
          settling?.refresh();
          this.#events.onBytes(chunk.length);
          if (kind === 'pictures') return parser.push(chunk, arrivedMs);
          head.push(chunk);
          headBytes += chunk.length;
          const start = Buffer.concat(head);
          kind = kindByBytes(start);
          // Too few bytes to decide. With enough of them, the only kind left is pictures after a preamble.
          if (kind === 'unknown' && headBytes < SNIFF_BYTES) return true;
          if (kind === 'media' || kind === 'page') return false;
          kind = 'pictures';
          return parser.push(start, arrivedMs);
        });
      parser.end();
    } catch (error) {
      if (this.#signal.aborted || !(error instanceof LookoutError) || error.code !== 'camera_closed') throw error;
      parser.end();
      if (!isSnapshot || this.#frames === before) throw error;
    } finally {
      clearTimeout(settling);
    }
    if (kind === 'page') throw await pageError(response, Buffer.concat(head), this.#request.url, this.#signal);
    if (kind === 'media') response.destroy();
    return kind;
  }

  #frame(jpeg: Uint8Array, firstByteMs: number): void {
    let header: { width: number; height: number };
    try {
      header = readJpegHeader(jpeg);
    } catch (error) {
      if (!(error instanceof LookoutError)) throw error;
      this.#invalid(error);
      return;
    }
    const { width, height } = header;
    if (width !== this.#width || height !== this.#height || this.#frames === 0) {
      this.#width = width;
      this.#height = height;
      this.#events.onInfo({ transport: this.#transport, codec: 'mjpeg', width, height, fps: null });
    }
    const { stallTimeoutMs = 8000 } = this.#options;
    if (this.#frames++ === 0) this.#watchdog.start(stallTimeoutMs, () => this.#stalled(stallTimeoutMs));
    else this.#watchdog.touch();
    this.#events.onFrame({
      kind: 'jpeg',
      jpeg,
      number: this.#frames - 1,
      timestampMs: firstByteMs,
      receivedMs: nowMs(),
      width,
      height,
    });
  }

  #invalid(error: LookoutError): void {
    this.#invalids++;
    this.#lastInvalid = error.message;
    this.#events.onInvalid(error);
  }

  #foreign(type: string): void {
    this.#foreignType = type;
    if (this.#frames === 0 && type.startsWith('video/'))
      throw new LookoutError(
        'camera_unsupported',
        `The camera sends ${type.slice(0, 100)} in parts, not JPEG pictures`,
        {
          hint: 'Use its RTSP address, or switch the stream to MJPEG on the camera.',
        },
      );
  }

  #stalled(timeoutMs: number): LookoutError {
    // Data arrives, but no readable picture: not a silent camera.
    if (this.#frames === 0 && this.#lastInvalid !== '')
      return new LookoutError('camera_unsupported', `Frames arrive, but none can be decoded: ${this.#lastInvalid}`);
    const what = this.#frames === 0 ? 'No picture' : 'No new picture';
    return new LookoutError('camera_stalled', `${what} in ${timeoutMs / 1000} s${this.#clue()}`, {
      hint: "Check the camera's network; restart the camera if this continues.",
    });
  }

  #ended(): LookoutError {
    return this.#frames > 0
      ? new LookoutError('camera_closed', 'The camera ended the stream')
      : new LookoutError('source_protocol_error', `The camera's answer ended without a picture${this.#clue()}`, {
          hint: 'Open the address in a browser: it should show moving pictures.',
        });
  }

  #clue(): string {
    if (this.#lastInvalid !== '') return `; the last one was broken: ${this.#lastInvalid}`;
    if (this.#foreignType !== '') return `; the camera sends ${this.#foreignType.slice(0, 100)} instead`;
    return '';
  }
}

function unsupportedType(contentType: string): LookoutError {
  return new LookoutError(
    'camera_unsupported',
    `The camera sends ${contentType.slice(0, 100)}, expected JPEG pictures`,
    {
      hint: 'Use the address of an MJPEG stream, a JPEG snapshot, an HLS playlist, or an RTSP stream.',
    },
  );
}

/** Aborts its signal unless touched in time. Keeps one timer and refreshes it. */
class Watchdog {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Starts a wait, replacing the previous one. @param reason the signal is aborted with it. */
  start(timeoutMs: number, reason: () => LookoutError): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(reason()), timeoutMs);
  }

  touch(): void {
    this.#timer?.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
