import { uprightSize } from '@lookout/media';
import type { ImageDetections, SessionConfig } from '@lookout/protocol';
import { planLetterbox } from '@lookout/vision';
import type { ModelHold } from '../../platform/models/model-hold.js';
import { detectionsOf, modelOptions, round } from '../analysis/detection-rules.js';
import { type Dispatcher, inputSizeFor } from '../analysis/dispatcher.js';
import { JobLine } from '../analysis/job-line.js';
import type { Reservation } from '../analysis/reservation.js';
import type { ClientImage, ImageMemory } from './image-data.js';
import { inferenceSizeOf, rulesOf } from './session-config.js';

export interface SingleImagesOptions {
  dispatcher: Pick<Dispatcher, 'add' | 'remove' | 'kick'>;
  memory: ImageMemory;
  /** Weight of all single images together when sharing the workers: that of a camera or session at this frame rate. */
  wantedFps: number;
  maxWaiting?: number;
  onDone(latencyMs: number, inferMs: number, nowMs: number): void;
  onFailed(): void;
  now(): number;
}

interface ArrivedImage {
  image: ClientImage;
  config: SessionConfig;
  arrivalMs: number;
}

/** A few seconds of work on a small machine. */
const DEFAULT_MAX_WAITING = 64;

/** Single images outside a session: one short queue, served as one consumer of analysis. */
export class SingleImages {
  readonly #options: SingleImagesOptions;
  readonly #line: JobLine;

  constructor(options: SingleImagesOptions) {
    const { dispatcher, wantedFps, maxWaiting = DEFAULT_MAX_WAITING, now } = options;
    this.#options = options;
    this.#line = new JobLine({
      dispatcher,
      wantedFps,
      maxWaiting,
      jobs: 'single images',
      hint: 'Send fewer images at once, or open a session for a stream.',
      now,
    });
  }

  /**
   * @param models the model, held by the caller
   * @param config tracking and rate settings are ignored
   * @param signal removes the image from the queue when its client has gone
   * @throws LookoutError `too_many_requests` if the queue is full; why the image can't be analysed
   */
  async detect(
    image: ClientImage,
    models: ModelHold,
    config: SessionConfig,
    signal?: AbortSignal,
  ): Promise<ImageDetections> {
    const { memory, now } = this.#options;
    const bytes = image.bytes.length;
    const arrived = { image, config, arrivalMs: now() };
    const needs = {
      get model() {
        return models.model;
      },
      get inputSize() {
        const size = uprightSize(image.header);
        return inputSizeFor(models.model, size, inferenceSizeOf(config, models.model, size));
      },
    };
    if (!memory.take(bytes)) throw this.#line.refusal();
    try {
      return await this.#line.run(needs, (reservation) => this.#analyse(arrived, reservation), signal);
    } finally {
      memory.giveBack(bytes);
    }
  }

  /** Rejects all waiting images. */
  close(): void {
    this.#line.close();
  }

  async #analyse({ image, config, arrivalMs }: ArrivedImage, reservation: Reservation): Promise<ImageDetections> {
    const { now, onDone, onFailed } = this.#options;
    const { model } = reservation;
    const { width, height } = uprightSize(image.header);
    const letterbox = planLetterbox(model, width, height, inferenceSizeOf(config, model, { width, height }));
    const picture = { kind: 'still' as const, bytes: image.bytes };
    const rules = rulesOf(config);
    const detect = { letterbox, options: modelOptions(rules, model.classNames, false) };
    try {
      const result = await reservation.run({ picture, detect });
      const nowMs = now();
      onDone(nowMs - arrivalMs, result.inferMs, nowMs);
      return {
        detections: detectionsOf(result.packed, model.classNames, rules),
        processing_time_ms: round(nowMs - arrivalMs),
        inference_ms: round(result.inferMs),
        image_size: [width, height],
      };
    } catch (error) {
      onFailed();
      throw error;
    }
  }
}
