import type { Frame } from '@lookout/media';
import { LookoutError, SharedQuality, type ViewMode } from '@lookout/protocol';
import type { WebSocket } from 'ws';
import type { Camera } from '../../pipeline/cameras/camera.js';
import type { AnalysedFrame } from '../../pipeline/live/analysed-frame.js';
import { type AnalysisConsumer, type PictureConsumer, REMOVED_REASON } from '../../pipeline/live/consumer.js';
import type { PictureSet } from '../../pipeline/live/picture-set.js';
import { SHOWN_BOXES, type WantedRendering } from '../../pipeline/live/rendering-limit.js';
import { FrameSocket } from './frame-socket.js';

export interface SharedPicture {
  /** JPEG quality, 30..95. */
  readonly quality: number;
  readonly mode: ViewMode;
}

interface OutgoingJpeg {
  frame: Frame;
  jpeg: Uint8Array;
}

/** A frame with a function to make its JPEG, called once the viewer can take it. */
interface WaitingPicture {
  frame: Frame;
  make(): Uint8Array | Promise<Uint8Array>;
}

/** Maximum analyses per second requested for boxes. */
const ANNOTATED_FPS = 60;

/** `'75'` → 75. @throws LookoutError `validation_failed` if it is not a whole number from 30 to 95 */
export function parseQuality(text: string): number {
  const quality = /^\d{2}$/.test(text) ? Number(text) : Number.NaN;
  if (quality >= SharedQuality.min && quality <= SharedQuality.max) return quality;
  const { min, max } = SharedQuality;
  throw new LookoutError(
    'validation_failed',
    `quality: expected a whole number from ${min} to ${max}, got "${text.slice(0, 40)}"`,
    {
      hint: `Use /websocket/${min} to /websocket/${max}.`,
    },
  );
}

/** The rendering for this viewer. */
export function sharedRendering(cameraId: string, { mode, quality }: SharedPicture): WantedRendering {
  return { cameraId, kind: mode === 'annotated' ? SHOWN_BOXES : 'plain', quality };
}

/**
 * `WS /websocket/:quality`: one JPEG of that quality per message, newest frame only. A frame is encoded once for all viewers of
 * a quality, and only if one of them can take it. Ends with the socket.
 */
export function serveShared(socket: WebSocket, camera: Camera, picture: SharedPicture, now: () => number): void {
  const viewer = new SharedViewer(socket, camera, picture, now);
  const end =
    picture.mode === 'annotated' ? camera.hub.subscribeAnalysis(viewer) : camera.hub.subscribePictures(viewer);
  socket.once('close', end);
  // Sends a frame at once instead of waiting for the next, so that changing the quality leaves no gap.
  const { latestAnalysed, newest } = camera.hub;
  if (picture.mode === 'annotated') {
    if (latestAnalysed) viewer.deliver(latestAnalysed);
  } else if (newest) viewer.deliverPicture(newest);
}

class SharedViewer implements PictureConsumer, AnalysisConsumer {
  readonly receivesPictures = true;
  readonly fps = ANNOTATED_FPS;
  readonly wantsOverlay = false;
  readonly #socket: WebSocket;
  readonly #camera: Camera;
  readonly #picture: SharedPicture;
  readonly #now: () => number;
  readonly #frames: FrameSocket<OutgoingJpeg>;
  #waiting: WaitingPicture | undefined;
  #making = false;
  #lastNumber = -1;

  constructor(socket: WebSocket, camera: Camera, picture: SharedPicture, now: () => number) {
    this.#socket = socket;
    this.#camera = camera;
    this.#picture = picture;
    this.#now = now;
    this.#frames = new FrameSocket(socket, (outgoing) => this.#write(outgoing), { acknowledgedBy: 'pong', now });
    // Runs after the frame socket's own listener, so the window is open.
    socket.on('pong', () => this.#makeNext());
  }

  /** While the viewer is behind, the analysis need not draw for it. */
  get annotatedQuality(): number | undefined {
    return this.#picture.mode === 'annotated' && this.#isFree ? this.#picture.quality : undefined;
  }

  wants(_frame: Frame, possible: boolean): 'claim' | 'throttled' {
    return possible ? 'claim' : 'throttled';
  }

  deliver({ frame, pictures, detections }: AnalysedFrame): void {
    this.#offer({ frame, make: () => pictures.annotated(this.#picture.quality, detections) });
  }

  wantsPicture(): boolean {
    return true;
  }

  deliverPicture(pictures: PictureSet): void {
    this.#offer({ frame: pictures.frame, make: () => pictures.plain(this.#picture.quality) });
  }

  cameraRemoved(): void {
    this.#socket.close(1001, REMOVED_REASON);
  }

  get #isFree(): boolean {
    return !this.#making && this.#frames.channel.inFlight === 0;
  }

  #offer(waiting: WaitingPicture): void {
    if (this.#waiting) this.#frames.channel.dropped++;
    this.#waiting = waiting;
    this.#makeNext();
  }

  #makeNext(): void {
    const next = this.#waiting;
    if (!next || !this.#isFree) return;
    this.#waiting = undefined;
    const jpeg = next.make();
    if (jpeg instanceof Uint8Array) {
      this.#send(next.frame, jpeg);
      return;
    }
    this.#making = true;
    jpeg
      .then(
        (made) => this.#send(next.frame, made),
        () => this.#camera.stats.count('stale', this.#now()),
      )
      .finally(() => {
        this.#making = false;
        this.#makeNext();
      });
  }

  #send(frame: Frame, jpeg: Uint8Array): void {
    // Two analyses may finish out of order.
    if (frame.number <= this.#lastNumber) return;
    this.#lastNumber = frame.number;
    this.#frames.offer({ frame, jpeg });
  }

  #write({ jpeg }: OutgoingJpeg): void {
    this.#socket.send(jpeg, { binary: true, compress: false });
    this.#camera.stats.count('sent', this.#now());
  }
}
