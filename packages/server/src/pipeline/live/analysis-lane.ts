import { type Frame, Latest, type VideoFrame } from '@lookout/media';
import { type Box, type Detection, type ErrorCode, LookoutError, type Stages } from '@lookout/protocol';
import { type DetectOptions, type ModelInfo, planLetterbox, type Tracker } from '@lookout/vision';
import type { AnalysisJob, AnalysisResult, KeptPicture } from '../analysis/analysis-job.js';
import { type DetectionRules, modelOptions, ObjectTracker, round } from '../analysis/detection-rules.js';
import { type AnalysisClient, inputSizeFor } from '../analysis/dispatcher.js';
import { Pacer } from '../analysis/pacer.js';
import { orRelease, type Reservation } from '../analysis/reservation.js';
import { type AnalysedFrame, withoutDetections } from './analysed-frame.js';
import type { AnalysisConsumer } from './consumer.js';
import type { ObservedFrame, WatchedSpot } from './observed-frame.js';
import type { PictureMakerOptions, PictureSet } from './picture-set.js';

export interface LaneSettings extends DetectionRules {
  enabled: boolean;
  /** Maximum analyses per second. */
  fps: number;
  /** Background analyses per second while nobody watches; 0: none. */
  idleFps: number;
  /** Longer side of the model's input, pixels. */
  inferenceSize: number;
}

export interface LaneEvents {
  onDrop(reason: 'stale' | 'throttled' | 'skipped' | 'invalid'): void;
  /** Called before the frame is drawn and delivered. Must not throw. */
  onObserved(observed: ObservedFrame): void;
  onAnalysed(analysed: AnalysedFrame): void;
  onInvalid(error: LookoutError): void;
}

export interface LaneOptions {
  /** Model for the next frames. */
  model(): ModelInfo;
  createTracker(): Tracker;
  pictures: PictureMakerOptions;
  now(): number;
  /** A frame is waiting for a worker. */
  kick(): void;
  events: LaneEvents;
}

/** Errors unrelated to the frame itself. */
const MODEL_FAULTS: readonly ErrorCode[] = ['inference_failed', 'model_timeout', 'model_unsupported', 'unavailable'];

/** What a worker is to find in a frame. */
type AskedOfFrame = Pick<AnalysisJob, 'looks'> & { detect: NonNullable<AnalysisJob['detect']> };

interface WaitingFrame {
  pictures: PictureSet;
  claims: Set<AnalysisConsumer>;
}

/**
 * Analysis of one camera: one slot for the newest claimed frame, the job for a worker, the tracker, and delivery. A replaced
 * frame passes its claims on to its replacement.
 */
export class AnalysisLane implements AnalysisClient {
  readonly #options: LaneOptions;
  readonly #consumers = new Set<AnalysisConsumer>();
  readonly #slot: Latest<WaitingFrame>;
  #settings: LaneSettings;
  #cap: Pacer;
  #idle: Pacer | undefined;
  /** Detection options, with class ids of this model. */
  #asked: { model: ModelInfo; options: DetectOptions } | undefined;
  readonly #objects: ObjectTracker;
  #spots: readonly WatchedSpot[] = [];
  #lastShownNumber = -1;
  #closed = false;
  /** Incremented by every `forget`. */
  #generation = 0;
  lastStartedMs = Number.NEGATIVE_INFINITY;
  latest: AnalysedFrame | undefined;

  constructor(settings: LaneSettings, options: LaneOptions) {
    this.#options = options;
    this.#objects = new ObjectTracker(options.createTracker());
    this.#slot = new Latest((replaced) => {
      release(replaced.pictures.frame);
      options.events.onDrop('stale');
    });
    this.#settings = settings;
    this.#cap = new Pacer(settings.fps);
    this.configure(settings);
  }

  configure(settings: LaneSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    if (before.fps !== settings.fps) this.#cap = new Pacer(settings.fps);
    if (settings.idleFps === 0) this.#idle = undefined;
    else if (this.#idle?.fps !== settings.idleFps) this.#idle = new Pacer(settings.idleFps);
    this.#asked = undefined;
    // Frames are shown without boxes from now on, so results in progress are dropped.
    if (before.enabled && !settings.enabled) this.forget();
  }

  /** Describes the look of these parts of each analysed frame from now on. */
  watchSpots(spots: readonly WatchedSpot[]): void {
    this.#spots = spots;
  }

  get settings(): LaneSettings {
    return this.#settings;
  }

  get model(): ModelInfo {
    return this.#options.model();
  }

  get inputSize(): string | undefined {
    const waiting = this.#slot.peek();
    return waiting && inputSizeFor(this.model, waiting.pictures.frame, this.#settings.inferenceSize);
  }

  get waiting(): boolean {
    return this.#slot.peek() !== undefined;
  }

  get wantedFps(): number {
    return Math.max(0.01, this.neededFps);
  }

  /** Analyses per second that somebody needs; 0: none. */
  get neededFps(): number {
    let fps = this.#settings.idleFps;
    for (const consumer of this.#consumers) fps = Math.max(fps, consumer.fps);
    return Math.min(fps, this.#settings.fps);
  }

  /** Frames per second to read for consumers that want them whether analysed or not. */
  get readFps(): number {
    return this.readFpsOf(this.#settings.enabled ? 'pickers' : 'all');
  }

  /** Frames per second that these consumers look at. @param which `pickers`: those that skip some on purpose */
  readFpsOf(which: 'all' | 'pickers'): number {
    let fps = 0;
    for (const one of this.#consumers) fps = Math.max(fps, one.readFps ?? (which === 'all' ? one.fps : 0));
    return fps;
  }

  add(consumer: AnalysisConsumer): void {
    this.#consumers.add(consumer);
  }

  remove(consumer: AnalysisConsumer): void {
    this.#consumers.delete(consumer);
  }

  /** Handles an arriving frame: it is analysed, or dropped and counted with the reason. */
  offer(pictures: PictureSet): void {
    const { frame } = pictures;
    const time = frame.timestampMs;
    if (this.#closed) return;
    if (!this.#settings.enabled) {
      // Detection is off: viewers get frames without boxes.
      this.pass(withoutDetections(pictures, frame.receivedMs));
      return;
    }
    const possible = this.#cap.due(time);
    const claims = new Set<AnalysisConsumer>();
    let reason: 'throttled' | 'skipped' = possible ? 'skipped' : 'throttled';
    for (const consumer of this.#consumers) {
      const wish = consumer.wants(frame, possible);
      if (wish === 'claim') claims.add(consumer);
      else if (wish === 'throttled') reason = 'throttled';
    }
    if (!possible) {
      this.#options.events.onDrop(reason);
      return;
    }
    const idleDue = this.#idle?.due(time) ?? false;
    if (claims.size === 0 && !idleDue) {
      this.#options.events.onDrop(reason);
      return;
    }
    this.#cap.advance(time);
    // Any analysis also serves the background rate.
    if (claims.size > 0) this.#idle?.served(time);
    else this.#idle?.advance(time);
    const waiting = this.#slot.peek();
    if (waiting) for (const claim of waiting.claims) claims.add(claim);
    if (frame.kind === 'video') frame.retain();
    this.#slot.put({ pictures, claims });
    this.#options.kick();
  }

  analyse(reservation: Reservation): void {
    const waiting = this.#slot.take();
    if (!waiting) {
      reservation.release();
      return;
    }
    this.lastStartedMs = this.#options.now();
    const generation = this.#generation;
    void this.#trip(waiting, reservation)
      .catch((error: unknown) => this.#failed(error, waiting, generation))
      .finally(() => {
        release(waiting.pictures.frame);
      });
  }

  /**
   * Drops results, waiting frames and jobs in progress, which no longer show what is happening once the camera is gone. Its objects are
   * kept: when it is back, what stood still is still the same.
   */
  forget(): void {
    this.#generation++;
    this.latest = undefined;
    const waiting = this.#slot.take();
    if (!waiting) return;
    release(waiting.pictures.frame);
    this.#options.events.onDrop('stale');
  }

  /** The camera shows something else from now on: ends all its objects. */
  changeScene(): void {
    this.forget();
    this.#objects.forget();
  }

  close(): void {
    this.#closed = true;
    this.#consumers.clear();
    const waiting = this.#slot.take();
    if (waiting) release(waiting.pictures.frame);
  }

  async #trip({ pictures, claims }: WaitingFrame, reservation: Reservation): Promise<void> {
    const { frame } = pictures;
    const { now } = this.#options;
    const { model } = reservation;
    const generation = this.#generation;
    const waitMs = now() - frame.receivedMs;
    const letterbox = planLetterbox(model, frame.width, frame.height, this.#settings.inferenceSize);
    const spots = this.#spots;
    const asked: AskedOfFrame = {
      detect: { letterbox, options: this.#optionsFor(model) },
      ...(spots.length > 0 && { looks: { letterbox, boxes: spots.map(({ box }) => pixelsOf(box, frame)) } }),
    };
    const keepPicture = frame.kind === 'jpeg' && this.#annotatedQualities(claims).length > 0;
    const result =
      frame.kind === 'jpeg' || model.remote?.pictures
        ? await this.#analyseJpeg(pictures.overlay(), { ...asked, keepPicture }, reservation)
        : await this.#analyseVideo(frame, pictures, asked, wantOverlay(claims), reservation);
    try {
      if (this.#closed) return;
      // The camera went away meanwhile, or two workers finished out of order and a later frame was already shown. Compared by
      // number, since a clock could have been set back.
      if (generation !== this.#generation || frame.number < this.#lastShownNumber) {
        this.#options.events.onDrop('stale');
        return;
      }
      this.#lastShownNumber = frame.number;
      const found = { packed: result.packed, classNames: model.classNames };
      const shown = this.#objects.shown(found, frame, this.#settings);
      this.#options.events.onObserved({ frame, pictures, objects: shown.objects, spots, looks: result.looks });
      const { drawMs, encodeMs } = await this.#annotate(pictures, shown.detections, claims, result.picture);
      const stages: Stages = {
        receive: round(frame.receivedMs - frame.timestampMs),
        wait: round(waitMs),
        decode: round(result.decodeMs),
        infer: round(result.inferMs),
        draw: round(drawMs),
        encode: round(encodeMs),
      };
      const inferenceSize = Math.max(letterbox.width, letterbox.height);
      const analysed: AnalysedFrame = { frame, pictures, ...shown, stages, inferenceSize, processedMs: now() };
      if (generation !== this.#generation) return;
      // While this frame was drawn, a later one without annotation may have been shown.
      if (frame.number === this.#lastShownNumber) this.latest = analysed;
      this.#options.events.onAnalysed(analysed);
      for (const claim of claims) if (this.#consumers.has(claim)) claim.deliver(analysed);
    } finally {
      result.picture?.release();
    }
  }

  /**
   * Makes the annotated JPEGs that the claims want.
   * @param kept the worker's decoded image, for JPEG cameras; a video camera's image is in its capture worker
   */
  async #annotate(
    pictures: PictureSet,
    detections: readonly Detection[],
    claims: ReadonlySet<AnalysisConsumer>,
    kept: KeptPicture | undefined,
  ): Promise<{ drawMs: number; encodeMs: number }> {
    const qualities = this.#annotatedQualities(claims);
    if (kept && qualities.length > 0) {
      const alarmed = pictures.options.alarmed?.();
      const drawn = await kept.draw({ detections, alarmed, timestampMs: pictures.frame.timestampMs, qualities });
      for (const { quality, jpeg } of drawn.jpegs) pictures.keep(quality, detections, jpeg);
      return drawn;
    }
    if (pictures.frame.kind === 'video') {
      await Promise.all(qualities.map((quality) => pictures.annotated(quality, detections)));
    }
    return { drawMs: 0, encodeMs: 0 };
  }

  /** Qualities wanted by claimants that are still connected. */
  #annotatedQualities(claims: ReadonlySet<AnalysisConsumer>): number[] {
    const qualities = new Set<number>();
    for (const claim of claims) {
      const { annotatedQuality } = claim;
      if (annotatedQuality !== undefined && this.#consumers.has(claim)) qualities.add(annotatedQuality);
    }
    return [...qualities];
  }

  #optionsFor(model: ModelInfo): DetectOptions {
    if (this.#asked?.model !== model) {
      this.#asked = { model, options: modelOptions(this.#settings, model.classNames, true) };
    }
    return this.#asked.options;
  }

  /** Decodes and infers in one job. A video camera's image is encoded for models elsewhere that take nothing else. */
  async #analyseJpeg(
    encoded: Uint8Array | Promise<Uint8Array>,
    asked: AskedOfFrame & { keepPicture: boolean },
    reservation: Reservation,
  ): Promise<AnalysisResult> {
    const jpeg = encoded instanceof Promise ? await orRelease(reservation, () => encoded) : encoded;
    return reservation.run({ picture: { kind: 'jpeg', jpeg }, ...asked });
  }

  /** The pixels come from the capture worker, already laid out in the model's input. */
  async #analyseVideo(
    frame: VideoFrame,
    pictures: PictureSet,
    asked: AskedOfFrame,
    overlay: boolean,
    reservation: Reservation,
  ): Promise<AnalysisResult> {
    const rendered = await orRelease(reservation, () => {
      const rendering = frame.render({ rgb: asked.detect.letterbox });
      // Requested second, so that it is encoded during inference. Errors reach whoever shows it.
      if (overlay) void pictures.overlay();
      return rendering;
    });
    const rgb = rendered.rgb as Float32Array<ArrayBuffer>;
    const picture = { kind: 'rgb' as const, rgb, sourceWidth: frame.width, sourceHeight: frame.height };
    const result = await reservation.run({ picture, ...asked });
    result.decodeMs = rendered.decodeMs;
    return result;
  }

  /** Passes a frame on as it is: nothing is to be found in it, or another node has done so. */
  pass(analysed: AnalysedFrame): void {
    this.latest = analysed;
    let unused: 'throttled' | 'skipped' | undefined = 'skipped';
    for (const consumer of this.#consumers) {
      const wish = consumer.wants(analysed.frame, true);
      if (wish === 'claim') {
        consumer.deliver(analysed);
        unused = undefined;
      } else if (wish === 'throttled' && unused) unused = 'throttled';
    }
    // A delivered frame was not dropped.
    if (unused) this.#options.events.onDrop(unused);
  }

  #failed(error: unknown, { pictures, claims }: WaitingFrame, generation: number): void {
    if (this.#closed) return;
    const known =
      error instanceof LookoutError ? error : new LookoutError('inference_failed', String(error), { cause: error });
    // The capture worker has released the frame: it was merely too old.
    if (known.code === 'frame_gone') this.#options.events.onDrop('stale');
    else {
      this.#options.events.onDrop('invalid');
      this.#options.events.onInvalid(known);
      if (!MODEL_FAULTS.includes(known.code)) return;
      // The frame itself is fine, so viewers still get it.
      if (generation !== this.#generation || pictures.frame.number < this.#lastShownNumber) return;
      this.#lastShownNumber = pictures.frame.number;
      const plain = withoutDetections(pictures, this.#options.now());
      this.latest = plain;
      for (const claim of claims) if (this.#consumers.has(claim)) claim.deliver(plain);
    }
  }
}

function wantOverlay(claims: ReadonlySet<AnalysisConsumer>): boolean {
  for (const { wantsOverlay } of claims) if (wantsOverlay) return true;
  return false;
}

function pixelsOf([x1, y1, x2, y2]: Box, { width, height }: Frame): Box {
  return [x1 * width, y1 * height, x2 * width, y2 * height];
}

function release(frame: Frame): void {
  if (frame.kind === 'video') frame.release();
}
