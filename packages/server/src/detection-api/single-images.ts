import { uprightSize } from '@lookout/media';
import { type ImageDetections, LookoutError, type SessionConfig } from '@lookout/protocol';
import { type ModelInfo, planLetterbox } from '@lookout/vision';
import { type AnalysisClient, type Dispatcher, inputSizeFor } from '../analysis/dispatcher.js';
import { unpackDetections } from '../analysis/packed-detections.js';
import type { Reservation } from '../analysis/reservation.js';
import { forTheWire } from '../analysis/shown-detections.js';
import { round } from '../live/analysed-frame.js';
import type { ModelHold } from '../models/model-library.js';
import type { ClientImage } from './image-data.js';
import type { ImageMemory } from './image-memory.js';
import { detectOptions, inferenceSizeOf } from './session-config.js';

export interface SingleImagesOptions {
  dispatcher: Pick<Dispatcher, 'add' | 'remove' | 'kick'>;
  memory: ImageMemory;
  /** The share of the workers all single pictures together have beside a camera or session of so many frames a second. */
  wantedFps: number;
  maxWaiting?: number;
  onDone(latencyMs: number, inferMs: number, nowMs: number): void;
  onFailed(): void;
  now(): number;
}

interface WaitingImage {
  image: ClientImage;
  models: ModelHold;
  config: SessionConfig;
  arrivalMs: number;
  resolve(found: ImageDetections): void;
  reject(error: unknown): void;
}

/** A few seconds of work for a small machine. */
const defaultMaxWaiting = 64;

/** Pictures that come alone, without a session: one short line of them, served as one more consumer of inference. */
export class SingleImages implements AnalysisClient {
  readonly #options: SingleImagesOptions;
  readonly #maxWaiting: number;
  readonly #line: WaitingImage[] = [];
  readonly wantedFps: number;
  lastStartedMs: number;

  constructor(options: SingleImagesOptions) {
    this.#options = options;
    this.#maxWaiting = options.maxWaiting ?? defaultMaxWaiting;
    this.wantedFps = options.wantedFps;
    this.lastStartedMs = options.now();
  }

  /** Of the picture that is next; asked for only while one waits. */
  get model(): ModelInfo {
    return this.#line[0]!.models.model;
  }

  get inputSize(): string | undefined {
    const [next] = this.#line;
    return next && inputSizeFor(this.model, uprightSize(next.image.header), inferenceSizeOf(next.config));
  }

  get waiting(): boolean {
    return this.#line.length > 0;
  }

  /**
   * @param models the model, which the caller holds.
   * @param config of it, what concerns tracking and rates is not looked at.
   * @param signal takes it out of the line: whoever asked is gone.
   * @throws LookoutError `too_many_requests` when the line is full; what the worker found wrong with the picture.
   */
  detect(image: ClientImage, models: ModelHold, config: SessionConfig, signal?: AbortSignal): Promise<ImageDetections> {
    const { dispatcher, memory, now } = this.#options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      if (this.#line.length >= this.#maxWaiting || !memory.take(image.bytes.length)) {
        reject(
          new LookoutError('too_many_requests', `More than ${this.#maxWaiting} single pictures wait for a worker`, {
            hint: 'Send fewer at once, or open a session for a stream of them.',
          }),
        );
        return;
      }
      const untracked = { ...config, enable_tracking: false };
      const waiting: WaitingImage = { image, models, config: untracked, arrivalMs: now(), resolve, reject };
      this.#line.push(waiting);
      signal?.addEventListener('abort', () => this.#leave(waiting, signal.reason), { once: true });
      dispatcher.add(this);
      dispatcher.kick();
    });
  }

  analyse(reservation: Reservation): void {
    const { dispatcher, now, memory } = this.#options;
    const { model } = reservation;
    const next = this.#line.shift();
    if (!this.waiting) dispatcher.remove(this);
    if (!next) {
      reservation.release();
      return;
    }
    this.lastStartedMs = now();
    const { image, config, arrivalMs } = next;
    const { width, height } = uprightSize(image.header);
    const letterbox = planLetterbox(model, width, height, inferenceSizeOf(config));
    void reservation
      .run({
        picture: { kind: 'still', bytes: image.bytes },
        detect: { letterbox, options: detectOptions(config, model) },
      })
      .then((result) => {
        const nowMs = now();
        this.#options.onDone(nowMs - arrivalMs, result.inferMs, nowMs);
        next.resolve({
          detections: unpackDetections(result.packed, model.classNames).map(forTheWire),
          processing_time_ms: round(nowMs - arrivalMs),
          inference_ms: round(result.inferMs),
          image_size: [width, height],
        });
      })
      .catch((error: unknown) => {
        this.#options.onFailed();
        next.reject(error);
      })
      .finally(() => memory.giveBack(image.bytes.length));
  }

  /** Refuses what waits. */
  close(): void {
    this.#options.dispatcher.remove(this);
    const closing = new LookoutError('unavailable', 'The server is shutting down');
    for (const { image, reject } of this.#line.splice(0)) {
      this.#options.memory.giveBack(image.bytes.length);
      reject(closing);
    }
  }

  #leave(waiting: WaitingImage, reason: unknown): void {
    const index = this.#line.indexOf(waiting);
    if (index === -1) return;
    this.#line.splice(index, 1);
    if (!this.waiting) this.#options.dispatcher.remove(this);
    this.#options.memory.giveBack(waiting.image.bytes.length);
    waiting.reject(reason);
  }
}
