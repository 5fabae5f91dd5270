import { type Frame, toEpochMs } from '@lookout/media';
import { type Detection, type SocketError, ViewerMessage, type ViewQuery } from '@lookout/protocol';
import type { WebSocket } from 'ws';
import { startViewer, stepViewer, type ViewerControllerState } from '../../pipeline/adaptation/viewer-controller.js';
import { round } from '../../pipeline/analysis/detection-rules.js';
import { Pacer } from '../../pipeline/analysis/pacer.js';
import type { Camera } from '../../pipeline/cameras/camera.js';
import {
  type AnalysedFrame,
  addressed,
  describeFrame,
  describeOnce,
  detectionsFor,
  wasAnalysed,
} from '../../pipeline/live/analysed-frame.js';
import { type AnalysisConsumer, type PictureConsumer, REMOVED_REASON } from '../../pipeline/live/consumer.js';
import { OVERLAY_QUALITY, type PictureSet } from '../../pipeline/live/picture-set.js';
import { type HeldRendering, SHOWN_BOXES, type WantedRendering } from '../../pipeline/live/rendering-limit.js';
import { FrameNumbers } from '../../pipeline/live/viewer-channel.js';
import { FrameSocket } from './frame-socket.js';

interface OutgoingFrame {
  frame: Frame;
  described: string;
  jpeg: Uint8Array;
}

/** Consecutive invalid messages before the socket is closed. */
const MAX_ERRORS = 20;

/** The initial rendering for this viewer. */
export function viewRendering(cameraId: string, { mode, every, guesses, quality }: ViewQuery): WantedRendering {
  // The original image has a single quality.
  if (mode === 'overlay') return { cameraId, kind: mode, quality: OVERLAY_QUALITY };
  return { cameraId, kind: every === 'all' ? `latest ${guesses}` : guesses === '0' ? SHOWN_BOXES : 'guesses', quality };
}

/** `WS /ws/view/:token`: a text message with the frame's metadata, then the JPEG, newest frame only. Ends with the socket. */
export function serveView(
  socket: WebSocket,
  camera: Camera,
  query: ViewQuery,
  rendering: HeldRendering,
  now: () => number,
  onInvalidMessage: () => void,
): void {
  const viewer = new Viewer(socket, camera, query, rendering, now, onInvalidMessage);
  const end = query.every === 'all' ? camera.hub.subscribePictures(viewer) : undefined;
  const endAnalysis = camera.hub.subscribeAnalysis(viewer);
  socket.once('close', () => {
    end?.();
    endAnalysis();
  });
  // Sends a frame at once instead of waiting for the next.
  const latest = camera.hub.latestAnalysed;
  if (latest) viewer.deliver(latest);
}

class Viewer implements AnalysisConsumer, PictureConsumer {
  readonly receivesPictures = true;
  readonly #socket: WebSocket;
  readonly #camera: Camera;
  readonly #query: ViewQuery;
  readonly #rendering: HeldRendering;
  readonly #now: () => number;
  readonly #onInvalidMessage: () => void;
  readonly #frames: FrameSocket<OutgoingFrame>;
  #controller: ViewerControllerState;
  #pacer: Pacer;
  #picturePacer: Pacer;
  /** Numbers of unacknowledged frames, oldest first; at most the window. */
  readonly #unacknowledged: number[] = [];
  readonly #numbers = new FrameNumbers();
  #errors = 0;
  #lastNumber = -1;
  /** Counts of the channel at the last `performance_stats`. */
  #counted = { sent: 0, dropped: 0 };

  constructor(
    socket: WebSocket,
    camera: Camera,
    query: ViewQuery,
    rendering: HeldRendering,
    now: () => number,
    onInvalidMessage: () => void,
  ) {
    this.#socket = socket;
    this.#rendering = rendering;
    this.#camera = camera;
    this.#query = query;
    this.#now = now;
    this.#onInvalidMessage = onInvalidMessage;
    this.#controller = startViewer({ fps: query.fps, quality: query.quality });
    this.#pacer = new Pacer(query.fps);
    this.#picturePacer = new Pacer(query.fps);
    this.#frames = new FrameSocket(socket, (frame) => this.#write(frame), {
      acknowledgedBy: query.ack === '1' ? 'message' : 'pong',
      now,
    });
    socket.on('message', (data, binary) => this.#receive(binary ? undefined : String(data)));
  }

  get fps(): number {
    return this.#controller.fps;
  }

  get wantsOverlay(): boolean {
    return this.#query.mode === 'overlay';
  }

  get annotatedQuality(): number | undefined {
    const { mode, every, guesses } = this.#query;
    return mode === 'annotated' && every === 'analyzed' && guesses === '0' ? this.#quality : undefined;
  }

  get #quality(): number {
    return this.#rendering.quality;
  }

  wants(frame: Frame, possible: boolean): 'claim' | 'throttled' | 'skipped' {
    return possible && this.#pacer.pass(frame.timestampMs) ? 'claim' : 'throttled';
  }

  deliver(analysed: AnalysedFrame): void {
    // With `every=all`, frames are delivered by `deliverPicture`; the analysis is needed only for its boxes.
    if (this.#query.every === 'all' && this.#lastNumber >= 0) return;
    const detections = detectionsFor(this.#query, analysed);
    this.#offer(analysed.pictures, describeOnce(analysed, detections), wasAnalysed(analysed) ? detections : undefined);
  }

  wantsPicture(frame: Frame): boolean {
    return this.#picturePacer.pass(frame.timestampMs);
  }

  deliverPicture(pictures: PictureSet, latest: AnalysedFrame | undefined): void {
    const { frame } = pictures;
    const detections = latest ? detectionsFor(this.#query, latest) : [];
    const text = describeFrame(frame, undefined, {
      detections,
      inference_size: latest?.inferenceSize ?? 0,
      ...(latest && { detections_age_ms: round(frame.timestampMs - latest.frame.timestampMs) }),
    });
    this.#offer(pictures, text, latest && wasAnalysed(latest) ? detections : undefined);
  }

  cameraRemoved(): void {
    this.#socket.close(1001, REMOVED_REASON);
  }

  /** @param detections undefined if the frame was not analysed */
  #offer(pictures: PictureSet, text: string, detections: readonly Detection[] | undefined): void {
    const jpeg = this.#picture(pictures, detections);
    if (jpeg instanceof Uint8Array) this.#send({ frame: pictures.frame, described: text, jpeg });
    else {
      // A frame that could not be encoded is counted; the next one follows.
      jpeg.then(
        (made) => this.#send({ frame: pictures.frame, described: text, jpeg: made }),
        () => this.#camera.stats.count('stale', this.#now()),
      );
    }
  }

  #picture(pictures: PictureSet, detections: readonly Detection[] | undefined): Uint8Array | Promise<Uint8Array> {
    if (this.wantsOverlay) return pictures.overlay();
    return detections ? pictures.annotated(this.#quality, detections) : pictures.undrawn(this.#quality);
  }

  #send(outgoing: OutgoingFrame): void {
    // Images encoded on demand can overtake each other: never show an older one after a newer one.
    if (outgoing.frame.number <= this.#lastNumber) return;
    this.#lastNumber = outgoing.frame.number;
    this.#frames.offer(outgoing);
  }

  #write({ frame, described: text, jpeg }: OutgoingFrame): void {
    const now = this.#now();
    // The publisher's own numbers, made increasing for this viewer even when another publisher starts a new count.
    const frameNumber = this.#numbers.next(frame.publishedNumber ?? frame.number);
    this.#socket.send(addressed(text, frame, frameNumber, now));
    this.#socket.send(jpeg, { binary: true, compress: false });
    this.#camera.stats.count('sent', now);
    if (this.#query.ack === '1') this.#unacknowledged.push(frameNumber);
  }

  #receive(text: string | undefined): void {
    const message = text === undefined ? undefined : parse(text);
    if (!message) {
      this.#refuse();
      return;
    }
    this.#errors = 0;
    switch (message.type) {
      case 'ack':
        this.#acknowledge(message.frameNumber);
        break;
      case 'ping':
        this.#socket.send(JSON.stringify({ type: 'pong', t0: message.t0, t1: toEpochMs(this.#now()) }));
        break;
      case 'performance_stats': {
        const asked = { fps: this.#query.fps, quality: this.#query.quality };
        const before = this.#controller.fps;
        this.#controller = stepViewer(this.#controller, asked, { ...message, refused: this.#refusedShare() });
        this.#rendering.change(Math.round(this.#controller.quality));
        if (this.#controller.fps === before) break;
        this.#pacer = new Pacer(this.#controller.fps);
        this.#picturePacer = new Pacer(this.#controller.fps);
      }
    }
  }

  /** Share of the frames offered since the last call that were dropped because earlier ones were unacknowledged. */
  #refusedShare(): number {
    const { sent, dropped } = this.#frames.channel;
    const before = this.#counted;
    this.#counted = { sent, dropped };
    const refused = dropped - before.dropped;
    const offered = sent - before.sent + refused;
    return offered > 0 ? refused / offered : 0;
  }

  /** A client that draws only the newest frame acknowledges that one and thereby all before it. */
  #acknowledge(frameNumber: number): void {
    let count = 0;
    while (this.#unacknowledged.length && (this.#unacknowledged[0] as number) <= frameNumber) {
      this.#unacknowledged.shift();
      count++;
    }
    if (count) this.#frames.channel.acknowledge(count);
  }

  #refuse(): void {
    const error: SocketError = {
      type: 'error',
      code: 'message_invalid',
      message: 'Expected a JSON text message of type ack, ping or performance_stats',
    };
    this.#socket.send(JSON.stringify(error));
    this.#onInvalidMessage();
    if (++this.#errors >= MAX_ERRORS) this.#socket.close(1008, 'too many invalid messages');
  }
}

function parse(text: string): ViewerMessage | undefined {
  try {
    return ViewerMessage.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
