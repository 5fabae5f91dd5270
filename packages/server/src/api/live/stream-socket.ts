import { type Frame, toEpochMs } from '@lookout/media';
import type { Detection, SocketError, StreamQuery, StreamStats } from '@lookout/protocol';
import type { WebSocket } from 'ws';
import { round } from '../../pipeline/analysis/detection-rules.js';
import type { SharedPacer } from '../../pipeline/analysis/pacer.js';
import type { Camera } from '../../pipeline/cameras/camera.js';
import { type AnalysedFrame, wasAnalysed } from '../../pipeline/live/analysed-frame.js';
import { type AnalysisConsumer, type PictureConsumer, REMOVED_REASON } from '../../pipeline/live/consumer.js';
import type { PictureSet } from '../../pipeline/live/picture-set.js';
import { FrameSocket } from './frame-socket.js';

interface OutgoingFrame {
  frame: Frame;
  text: Buffer;
}

/** Quality of the JPEGs in the stream. */
const STREAM_QUALITY = 80;
const STATS_EVERY_FRAMES = 50;
const STATS_EVERY_MS = 10_000;
const STATE_CHECK_MS = 1000;

/** Encoded messages by JPEG, since a JPEG determines its frame and boxes. Created once, shared by all subscribers. */
const messages = new WeakMap<Uint8Array, Buffer>();

function messageOf(frame: Frame, jpeg: Uint8Array, detections: Detection[]): Buffer {
  let text = messages.get(jpeg);
  if (text === undefined) {
    text = frameMessage(frame, jpeg, detections);
    messages.set(jpeg, text);
  }
  return text;
}

const MESSAGE_START = '{"type":"frame","data":"';

/** Base64 needs no escaping, so the image is inserted into the JSON without being scanned. */
function frameMessage({ number, timestampMs }: Frame, jpeg: Uint8Array, detections: Detection[]): Buffer {
  const picture = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength).toString('base64');
  const rest = JSON.stringify({ frameNumber: number, timestamp: Math.round(toEpochMs(timestampMs)), detections });
  const end = `",${rest.slice(1)}`;
  const text = Buffer.allocUnsafeSlow(MESSAGE_START.length + picture.length + Buffer.byteLength(end));
  text.write(MESSAGE_START, 'latin1');
  text.write(picture, MESSAGE_START.length, 'latin1');
  text.write(end, MESSAGE_START.length + picture.length);
  return text;
}

export interface StreamOptions {
  now(): number;
  /** Whether the subscriber may see the full reason if there are no frames; see `Camera.publicReason`. */
  isOwner: boolean;
}

/** `WS /ws/stream/:camera`: JSON messages with base64 JPEGs, every n-th frame at the requested rate. Ends with the socket. */
export function serveStream(socket: WebSocket, camera: Camera, query: StreamQuery, options: StreamOptions): void {
  const subscription = new StreamSubscription(socket, camera, query, options);
  const end =
    query.mode === 'raw' ? camera.hub.subscribePictures(subscription) : camera.hub.subscribeAnalysis(subscription);
  socket.once('close', () => {
    subscription.close();
    end();
  });
}

class StreamSubscription implements AnalysisConsumer, PictureConsumer {
  readonly receivesPictures = true;
  readonly fps: number;
  readonly readFps: number;
  readonly annotatedQuality = STREAM_QUALITY;
  readonly wantsOverlay = false;
  readonly #socket: WebSocket;
  readonly #camera: Camera;
  readonly #query: StreamQuery;
  readonly #now: () => number;
  readonly #isOwner: boolean;
  readonly #frames: FrameSocket<OutgoingFrame>;
  readonly #pacer: SharedPacer;
  readonly #startedMs: number;
  /** Frames received before this subscription, so that all with the same `skip_frames` get the same frames. */
  readonly #readBefore: number;
  readonly #timers: NodeJS.Timeout[];
  readonly #counts = { processed: 0, skipped: 0, total: 0, throttled: 0 };
  #lastNumber = -1;
  #reportedReason = '';

  constructor(socket: WebSocket, camera: Camera, query: StreamQuery, { now, isOwner }: StreamOptions) {
    this.#isOwner = isOwner;
    this.#socket = socket;
    this.#camera = camera;
    this.#query = query;
    this.#now = now;
    this.fps = query.fps;
    this.readFps = query.fps * query.skip_frames;
    this.#pacer = camera.hub.pacers.join(`${query.fps}/${query.skip_frames}`, query.fps);
    this.#startedMs = now();
    this.#readBefore = camera.stats.usable;
    this.#frames = new FrameSocket(socket, (outgoing) => this.#write(outgoing), { acknowledgedBy: 'pong', now });
    this.#timers = [
      setInterval(() => this.#sendStats(), STATS_EVERY_MS),
      setInterval(() => this.#reportState(), STATE_CHECK_MS),
    ];
    this.#reportState();
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#pacer.leave();
  }

  wants(frame: Frame, possible: boolean): 'claim' | 'throttled' | 'skipped' {
    this.#counts.total++;
    if ((this.#readBefore + this.#counts.total) % this.#query.skip_frames !== 0) {
      this.#counts.skipped++;
      return 'skipped';
    }
    if (possible && this.#pacer.pass(frame)) return 'claim';
    this.#counts.throttled++;
    return 'throttled';
  }

  deliver(analysed: AnalysedFrame): void {
    const { pictures, detections } = analysed;
    const jpeg = wasAnalysed(analysed)
      ? pictures.annotated(STREAM_QUALITY, detections)
      : pictures.undrawn(STREAM_QUALITY);
    this.#offer(pictures, jpeg, detections);
  }

  wantsPicture(frame: Frame): boolean {
    return this.wants(frame, true) === 'claim';
  }

  deliverPicture(pictures: PictureSet): void {
    this.#offer(pictures, pictures.overlay(), []);
  }

  cameraRemoved(): void {
    this.#socket.close(1001, REMOVED_REASON);
  }

  #offer(pictures: PictureSet, jpeg: Uint8Array | Promise<Uint8Array>, detections: Detection[]): void {
    const send = (made: Uint8Array) => {
      const { frame } = pictures;
      if (frame.number <= this.#lastNumber) return;
      this.#lastNumber = frame.number;
      this.#frames.offer({ frame, text: messageOf(frame, made, detections) });
    };
    if (jpeg instanceof Uint8Array) send(jpeg);
    else jpeg.then(send, () => this.#camera.stats.count('stale', this.#now()));
  }

  #write({ text }: OutgoingFrame): void {
    this.#socket.send(text, { binary: false, compress: false });
    this.#counts.processed++;
    this.#camera.stats.count('sent', this.#now());
    if (this.#counts.processed % STATS_EVERY_FRAMES === 0) this.#sendStats();
  }

  #sendStats(): void {
    const seconds = (this.#now() - this.#startedMs) / 1000;
    const stats: StreamStats = {
      type: 'stats',
      ...this.#counts,
      fps: seconds > 0 ? round(this.#counts.processed / seconds) : 0,
    };
    this.#socket.send(JSON.stringify(stats));
  }

  /** Reports why the camera delivers no frames, once per reason. */
  #reportState(): void {
    const { state, lastError } = this.#camera;
    const reason = this.#isOwner ? this.#camera.stateReason : this.#camera.publicReason;
    if (state === 'live' || state === 'connecting') {
      if (state === 'live') this.#reportedReason = '';
      return;
    }
    if (reason === this.#reportedReason) return;
    // An on-demand device is off only until this subscription opens it.
    const { enabled, kind } = this.#camera.config;
    if (state === 'off' && enabled && kind === 'pull') return;
    this.#reportedReason = reason;
    const code = lastError?.code ?? (state === 'off' ? 'camera_off' : `camera_${state}`);
    const error: SocketError = { type: 'error', code, message: reason };
    this.#socket.send(JSON.stringify(error));
  }
}
