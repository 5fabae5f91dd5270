import { CameraSource, type DetectionSession, LookoutError, type SourceState } from '@lookout/client';
import type { ImageDetections, NewSession, SessionSettings } from '@lookout/protocol';
import { lookout } from '../api/client.js';
import { explainError, type Timing, type TryProblem, timingOf } from './outcome.js';
import { toJpeg } from './picture-file.js';

/** A frame with its detections. */
export interface AnsweredFrame {
  bitmap: ImageBitmap;
  answer: ImageDetections;
  timing: Timing;
}

/** What the page shows of the device's camera. A new object each time it changes. */
export interface LiveView {
  source: SourceState;
  /** The last answered frame. Its bitmap is closed when the next one arrives. */
  frame?: AnsweredFrame;
  fps: number;
  problem?: TryProblem;
}

/** No model uses a larger picture. */
const LONGER_SIDE_PX = 640;
const JPEG_QUALITY = 0.8;
/** The API's own limit, unless its owner has set a lower one. */
const WANTED_FPS = 30;

/** Runs this device's camera through a detection session: one frame in flight at a time, each shown with exactly its own boxes. */
export class LiveDetection {
  readonly #listeners = new Set<() => void>();
  readonly #source: CameraSource;
  readonly #video = document.createElement('video');
  readonly #model: string | undefined;
  #settings: SessionSettings = {};
  #session: Promise<DetectionSession> | undefined;
  #running = false;
  #view: LiveView;

  /** @param model of the server; absent: its default */
  constructor(model?: string) {
    this.#model = model;
    Object.assign(this.#video, { muted: true, playsInline: true, autoplay: true, ariaHidden: 'true' });
    // Browsers pause a video that is not in a page.
    this.#video.className = 'pointer-events-none fixed bottom-0 left-0 size-px opacity-0';
    document.body.append(this.#video);
    this.#source = new CameraSource({
      onState: (source) => this.#change({ source }),
      onTrack: (track) => this.#show(track),
    });
    this.#view = { source: this.#source.state, fps: 0 };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): LiveView => this.#view;

  /** Opens the camera and the session. If that fails, the view says why. */
  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.#change({ problem: undefined });
    await this.#source.start({ kind: 'camera', facing: 'environment' });
    if (!this.#source.track) {
      this.#running = false;
      return;
    }
    void this.#loop();
  }

  /** Changes the detection settings, from the next frame on. */
  configure(settings: SessionSettings): void {
    this.#settings = settings;
    this.#session
      ?.then((session) => session.configure(settings))
      .then(
        () => this.#change({ problem: undefined }),
        (error) => this.#running && this.#change({ problem: explainError(error) }),
      );
  }

  /** Releases the camera and ends the session. */
  close(): void {
    this.#running = false;
    this.#source.close();
    this.#video.remove();
    this.#video.srcObject = null;
    this.#view.frame?.bitmap.close();
    this.#session?.then(
      (session) => session.close(),
      () => undefined,
    );
    this.#session = undefined;
  }

  async #loop(): Promise<void> {
    try {
      this.#session = this.#open();
      const session = await this.#session;
      while (this.#running) {
        await nextFrame(this.#video);
        await session.ready();
        await this.#ask(session);
      }
    } catch (error) {
      if (!this.#running) return;
      this.#running = false;
      this.#source.stop();
      this.#change({ problem: explainError(error) });
    }
  }

  async #open(): Promise<DetectionSession> {
    // A query can't express "all classes", but a new session looks for all anyway.
    const { classes, ...others } = this.#settings;
    const wanted: NewSession = { ...others, ...(classes && { classes }), ...(this.#model && { model: this.#model }) };
    const open = (settings: NewSession) => lookout.openDetectionSession({ settings, maxInFlight: 1 });
    try {
      return await open({ ...wanted, fps_limit: WANTED_FPS });
    } catch (error) {
      // The server's owner allows fewer frames: use the server's default rate.
      if (error instanceof LookoutError && error.message.includes('fps_limit')) return open(wanted);
      throw error;
    }
  }

  async #ask(session: DetectionSession): Promise<void> {
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (width === 0) return;
    const scale = Math.min(1, LONGER_SIDE_PX / Math.max(width, height));
    const bitmap = await createImageBitmap(this.#video);
    const jpeg = await toJpeg(bitmap, Math.round(width * scale), Math.round(height * scale), JPEG_QUALITY);
    const sentMs = performance.now();
    try {
      const result = await session.detect(jpeg, { timestampMs: Date.now() });
      if (result.type === 'dropped' || !this.#running) {
        bitmap.close();
        return;
      }
      const { type: _, frameId: __, roundTripMs: ___, ...answer } = result;
      const timing = timingOf(performance.now() - sentMs, answer.processing_time_ms, answer.inference_ms);
      this.#view.frame?.bitmap.close();
      this.#change({ frame: { bitmap, answer, timing }, fps: session.counts().fps, problem: undefined });
    } catch (error) {
      bitmap.close();
      // A lost connection is restored automatically.
      if (!this.#running || session.state.state === 'closed') throw error;
      this.#change({ problem: explainError(error) });
    }
  }

  #show(track: MediaStreamTrack | undefined): void {
    this.#video.srcObject = track ? new MediaStream([track]) : null;
  }

  #change(change: Partial<LiveView>): void {
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** Resolves with the camera's next frame. A hidden page gets none, and waits. */
function nextFrame(video: HTMLVideoElement): Promise<void> {
  const before = video.currentTime;
  return new Promise((resolve) => {
    const look = () => (video.currentTime === before ? requestAnimationFrame(look) : resolve());
    requestAnimationFrame(look);
  });
}
