import type { Frame } from '@lookout/media';
import { SharedPacers } from '../analysis/pacer.js';
import type { AnalysedFrame, PassedAnalysis } from './analysed-frame.js';
import type { AnalysisLane } from './analysis-lane.js';
import type { AnalysisConsumer, CameraConsumer, PictureConsumer } from './consumer.js';
import { type PictureMakerOptions, PictureSet } from './picture-set.js';

export interface HubOptions {
  lane: AnalysisLane;
  pictures: PictureMakerOptions;
  now(): number;
  /** A consumer joined or left, or a wait for a frame ended. @param isNeeded whether any are left */
  onConsumers(isNeeded: boolean): void;
}

/** Video is decoded only if somebody needs it: an older frame does not show what is happening, ms. */
const FRESH_MS = 1000;

/** Asked of another node by those who wait for the next frame. */
const NEXT_FRAME_FPS = 1000;

/**
 * One camera's fan-out: every frame goes to the consumers of images and to analysis. Nothing is encoded unless someone requests
 * it.
 */
export class LiveHub {
  /** Schedules shared by consumers with the same rate. */
  readonly pacers = new SharedPacers();
  readonly #options: HubOptions;
  readonly #pictureConsumers = new Set<PictureConsumer>();
  readonly #waiters = new Set<(pictures: PictureSet | undefined) => void>();
  /** One entry per subscription: a consumer may have two. */
  readonly #subscriptions = new Set<{ consumer: CameraConsumer }>();
  #consumers = 0;
  #closed = false;
  #newest: PictureSet | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
  }

  /** A frame arrived from the camera. */
  put(frame: Frame): void {
    const pictures = new PictureSet(frame, this.#options.pictures);
    this.#newest = pictures;
    const { lane } = this.#options;
    for (const consumer of this.#pictureConsumers) {
      if (consumer.wantsPicture(frame)) consumer.deliverPicture(pictures, lane.latest);
    }
    lane.offer(pictures);
    for (const waiter of this.#waiters) waiter(pictures);
    this.#waiters.clear();
  }

  /**
   * A frame of another node. It is not analysed here.
   * @param analysis undefined: it is not analysed, or not yet; in that case it may come again, after later ones
   */
  putPassed(frame: Frame, analysis: PassedAnalysis | undefined): void {
    const pictures = new PictureSet(frame, this.#options.pictures);
    const { lane } = this.#options;
    if (frame.number > (this.#newest?.frame.number ?? -1)) {
      this.#newest = pictures;
      for (const consumer of this.#pictureConsumers) {
        if (consumer.wantsPicture(frame)) consumer.deliverPicture(pictures, lane.latest);
      }
      for (const waiter of this.#waiters) waiter(pictures);
      this.#waiters.clear();
    }
    if (analysis) lane.pass({ frame, pictures, ...analysis, objects: [], lives: [] });
  }

  /** Frames per second that this camera's consumers want of the node that reads it. */
  get wantedOfOwner(): { analyses: number; pictures: number } {
    const rates = [...this.#pictureConsumers].map(({ readFps, fps }) => readFps ?? fps);
    const pictures = this.#waiters.size > 0 ? NEXT_FRAME_FPS : Math.max(0, ...rates);
    return { analyses: this.#options.lane.readFpsOf('all'), pictures };
  }

  /** Drops the latest frames, which no longer show what is happening once the camera is gone. */
  clear(): void {
    this.#newest = undefined;
    this.#options.lane.forget();
  }

  /** The camera is removed: ends all subscriptions and waits. Idempotent. */
  close(): void {
    this.#closed = true;
    this.clear();
    for (const { consumer } of [...this.#subscriptions]) consumer.cameraRemoved();
    for (const waiter of this.#waiters) waiter(undefined);
    this.#waiters.clear();
  }

  get newest(): PictureSet | undefined {
    return this.#newest;
  }

  get latestAnalysed(): AnalysedFrame | undefined {
    return this.#options.lane.latest;
  }

  /** Number of connections that receive images, however many subscriptions each has. */
  get viewerCount(): number {
    const viewers = new Set<CameraConsumer>();
    for (const { consumer } of this.#subscriptions) if (consumer.receivesPictures) viewers.add(consumer);
    return viewers.size;
  }

  /** Highest frame rate that any consumer takes regardless of analysis; 0: none. */
  get picturesFps(): number {
    let fps = this.#options.lane.readFps;
    for (const consumer of this.#pictureConsumers) fps = Math.max(fps, consumer.readFps ?? consumer.fps);
    return fps;
  }

  /** Frames per second that somebody needs decoded; 0: none, `Infinity`: the next one. */
  get neededFps(): number {
    if (this.#waiters.size > 0) return Number.POSITIVE_INFINITY;
    const { settings, neededFps } = this.#options.lane;
    return Math.max(this.picturesFps, settings.enabled ? neededFps : 0);
  }

  /** @returns a function that ends the subscription; idempotent */
  subscribeAnalysis(consumer: AnalysisConsumer): () => void {
    this.#options.lane.add(consumer);
    return this.#subscribe(consumer, () => this.#options.lane.remove(consumer));
  }

  subscribePictures(consumer: PictureConsumer): () => void {
    this.#pictureConsumers.add(consumer);
    return this.#subscribe(consumer, () => this.#pictureConsumers.delete(consumer));
  }

  /** The newest frame, or the next one if there is none yet or it is old; undefined if there is none within `timeoutMs`. */
  async nextPicture(timeoutMs: number): Promise<PictureSet | undefined> {
    if (this.#isFresh || this.#closed) return this.#newest;
    let end = (): void => undefined;
    try {
      return await new Promise((resolve) => {
        const timer = setTimeout(() => resolve(this.#newest), timeoutMs);
        const waiter = (pictures: PictureSet | undefined) => {
          clearTimeout(timer);
          resolve(pictures);
        };
        this.#waiters.add(waiter);
        end = this.#need(() => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
        });
      });
    } finally {
      end();
    }
  }

  get #isFresh(): boolean {
    const frame = this.#newest?.frame;
    return frame !== undefined && (frame.kind === 'jpeg' || this.#options.now() - frame.receivedMs < FRESH_MS);
  }

  #subscribe(consumer: CameraConsumer, end: () => void): () => void {
    const subscription = { consumer };
    this.#subscriptions.add(subscription);
    const release = this.#need(() => {
      this.#subscriptions.delete(subscription);
      end();
    });
    // The camera was removed while this connection was being set up. Called after the caller has what it needs to end it.
    if (this.#closed) queueMicrotask(() => consumer.cameraRemoved());
    return release;
  }

  #reportConsumers(): void {
    this.#options.onConsumers(this.#consumers > 0);
  }

  #need(end: () => void): () => void {
    this.#consumers++;
    this.#reportConsumers();
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      end();
      this.#consumers--;
      this.#reportConsumers();
    };
  }
}
