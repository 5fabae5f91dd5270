import type { Frame } from '@lookout/media';
import { SharedPacers } from '../analysis/pacer.js';
import type { AnalysedFrame } from './analysed-frame.js';
import type { AnalysisLane } from './analysis-lane.js';
import type { AnalysisConsumer, CameraConsumer, PictureConsumer } from './consumer.js';
import { type PictureMakerOptions, PictureSet } from './picture-set.js';

export interface HubOptions {
  lane: AnalysisLane;
  pictures: PictureMakerOptions;
  /** A consumer came or left, or somebody waits for a picture no more. @param isNeeded by anybody @param viewers see `viewerCount` */
  onConsumers(isNeeded: boolean, viewers: number): void;
}

/** One camera's fan-out: every frame goes to those who want pictures and to the analysis; nothing is made that nobody asked for. */
export class LiveHub {
  /** Schedules of those who want frames at the same rate. */
  readonly pacers = new SharedPacers();
  readonly #options: HubOptions;
  readonly #pictureConsumers = new Set<PictureConsumer>();
  readonly #waiters = new Set<(pictures: PictureSet | undefined) => void>();
  /** One entry for each subscription: a consumer may have two. */
  readonly #subscriptions = new Set<{ consumer: CameraConsumer }>();
  #consumers = 0;
  #closed = false;
  #newest: PictureSet | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
  }

  /** A frame came from the camera. */
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

  /** Forgets the last pictures: the camera is gone and they no longer show what is happening. */
  clear(): void {
    this.#newest = undefined;
    this.#options.lane.forget();
  }

  /** The camera is taken away: everybody who is connected to it, or was about to be, is told. Idempotent. */
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

  /** Connections that receive pictures, however many subscriptions each has. */
  get viewerCount(): number {
    const viewers = new Set<CameraConsumer>();
    for (const { consumer } of this.#subscriptions) if (consumer.receivesPictures) viewers.add(consumer);
    return viewers.size;
  }

  /** Most frames a second that anybody takes whether they are analysed or not; 0: nobody does. */
  get picturesFps(): number {
    let fps = this.#options.lane.readFps;
    for (const consumer of this.#pictureConsumers) fps = Math.max(fps, consumer.readFps ?? consumer.fps);
    return fps;
  }

  /** @returns a function that ends the subscription, idempotent. */
  subscribeAnalysis(consumer: AnalysisConsumer): () => void {
    this.#options.lane.add(consumer);
    return this.#subscribe(consumer, () => this.#options.lane.remove(consumer));
  }

  subscribePictures(consumer: PictureConsumer): () => void {
    this.#pictureConsumers.add(consumer);
    return this.#subscribe(consumer, () => this.#pictureConsumers.delete(consumer));
  }

  /** The newest frame, or the next one where there is none yet. Undefined when none comes within `timeoutMs`. */
  async nextPicture(timeoutMs: number): Promise<PictureSet | undefined> {
    if (this.#newest || this.#closed) return this.#newest;
    const release = this.#need(() => undefined);
    try {
      return await new Promise((resolve) => {
        const timer = setTimeout(() => {
          this.#waiters.delete(waiter);
          resolve(undefined);
        }, timeoutMs);
        const waiter = (pictures: PictureSet | undefined) => {
          clearTimeout(timer);
          resolve(pictures);
        };
        this.#waiters.add(waiter);
      });
    } finally {
      release();
    }
  }

  #subscribe(consumer: CameraConsumer, end: () => void): () => void {
    const subscription = { consumer };
    this.#subscriptions.add(subscription);
    const release = this.#need(() => {
      this.#subscriptions.delete(subscription);
      end();
    });
    // The camera went while this connection was being made. Told after the caller has what it needs to end it.
    if (this.#closed) queueMicrotask(() => consumer.cameraRemoved());
    return release;
  }

  #tellConsumers(): void {
    this.#options.onConsumers(this.#consumers > 0, this.viewerCount);
  }

  #need(end: () => void): () => void {
    this.#consumers++;
    this.#tellConsumers();
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      end();
      this.#consumers--;
      this.#tellConsumers();
    };
  }
}
