import { toEpochMs, uprightSize } from '@lookout/media';
import {
  type Detection,
  type DetectionError,
  type DetectionResult,
  type DropReason,
  type FrameDropped,
  type FrameId,
  type ImageDetections,
  LookoutError,
  type SessionConfig,
  type SessionSettings,
  type SessionStats,
} from '@lookout/protocol';
import { type ModelInfo, planLetterbox, type Tracker } from '@lookout/vision';
import type { FrameObserver } from '../../platform/metrics/detection-metrics.js';
import type { ModelHold } from '../../platform/models/model-hold.js';
import type { AnalysisResult } from '../analysis/analysis-job.js';
import { detectionsOf, type FrameSize, modelOptions, ObjectTracker, round } from '../analysis/detection-rules.js';
import { type AnalysisClient, type Dispatcher, inputSizeFor } from '../analysis/dispatcher.js';
import { Pacer } from '../analysis/pacer.js';
import type { Reservation } from '../analysis/reservation.js';
import type { PromptFinder, PromptQuestion } from '../prompts/prompt-finder.js';
import { SessionPrompts } from '../prompts/session-prompts.js';
import type { ClientImage, ImageMemory } from './image-data.js';
import { SessionClock } from './session-clock.js';
import { changeConfig, inferenceSizeOf, questionOf, rulesOf } from './session-config.js';
import { FrameTally } from './session-counts.js';

/** The single answer to a frame. */
export type FrameAnswer = DetectionResult | FrameDropped | DetectionError;

/** A frame as its client sent it. */
export interface SentFrame {
  id: FrameId | undefined;
  timestampS: number | undefined;
  /** Parses the frame; called only if the rate allows the frame. @throws LookoutError */
  read(): ClientImage;
  /** Called once with the answer to this frame, possibly before `offer` returns. */
  answer(answer: FrameAnswer): void;
}

export interface DetectionSessionOptions {
  id: string;
  transport: SessionStats['transport'];
  config: SessionConfig;
  /** Released when the session ends. */
  models: ModelHold;
  dispatcher: Pick<Dispatcher, 'add' | 'remove' | 'kick'>;
  memory: ImageMemory;
  createTracker(): Tracker;
  /** Finds objects by their description. */
  prompts: Pick<PromptFinder, 'find' | 'model'>;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
  queueSize: number;
  /** The session expires when unused for this long, ms. */
  timeoutMs: number;
  /** Notified of every frame, in addition to the session's own counts. */
  observer: FrameObserver;
  onExpired(): void;
  now(): number;
}

/**
 * A frame that has waited longer than this gives way to a newer one. Shorter than the interval between frames at the highest
 * usual rate: two frames that arrive together after a network stutter are both analysed, but if the workers are behind, only the
 * newest is.
 */
const MAX_WAIT_MS = 30;

interface PendingFrame {
  id: FrameId;
  timestampS: number | undefined;
  image: ClientImage;
  arrivalMs: number;
  config: SessionConfig;
  /** Set once a worker has the frame. */
  model?: ModelInfo;
  answer(answer: FrameAnswer): void;
  /** Set once the worker has finished. */
  outcome?: AnalysisResult | LookoutError;
}

/**
 * One client's detection session: accepts frames at its rate, has them analysed by the shared workers, tracks objects if
 * requested, and answers every frame exactly once. Independent of sockets and requests.
 */
export class DetectionSession implements AnalysisClient {
  readonly id: string;
  readonly transport: SessionStats['transport'];
  readonly #options: DetectionSessionOptions;
  readonly #tally = new FrameTally();
  readonly #startedMs: number;
  #config: SessionConfig;
  #pacer: Pacer;
  #waiting: PendingFrame[] = [];
  /** Frames being analysed, in the order they were started. */
  #running: PendingFrame[] = [];
  readonly #objects: ObjectTracker;
  readonly #prompts: SessionPrompts;
  /** Analysed frames that wait for their prompts. */
  readonly #asked = new Set<PendingFrame>();
  #clock = new SessionClock();
  #frames = 0;
  #usedMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  lastStartedMs: number;

  constructor(options: DetectionSessionOptions) {
    this.#options = options;
    this.id = options.id;
    this.transport = options.transport;
    this.#config = options.config;
    this.#objects = new ObjectTracker(options.createTracker());
    this.#prompts = new SessionPrompts({ finder: options.prompts, later: options.later });
    this.#pacer = new Pacer(options.config.fps_limit);
    this.#startedMs = options.now();
    this.#usedMs = this.#startedMs;
    // Start as just served, so that opening many sessions does not jump the queue.
    this.lastStartedMs = this.#startedMs;
    this.#arm(options.timeoutMs);
  }

  get config(): SessionConfig {
    return this.#config;
  }

  get model(): ModelInfo {
    return this.#options.models.model;
  }

  get inputSize(): string | undefined {
    const [next] = this.#waiting;
    if (!next) return undefined;
    const size = uprightSize(next.image.header);
    return inputSizeFor(this.model, size, inferenceSizeOf(next.config, this.model, size));
  }

  get waiting(): boolean {
    return this.#waiting.length > 0;
  }

  get wantedFps(): number {
    return this.#config.fps_limit;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** When the session expires if not used before, Unix epoch ms. */
  get expiresMs(): number {
    return this.#usedMs + this.#options.timeoutMs;
  }

  /** Call on any activity of the client. */
  touch(): void {
    this.#usedMs = this.#options.now();
  }

  /**
   * Changes the settings of later frames; frames in flight keep theirs.
   * @throws ZodError for a class that the model does not have, LookoutError `no_model_for_this` for prompts without a model, without changing
   *   anything
   */
  configure(change: SessionSettings): SessionConfig {
    const config = changeConfig(this.#config, change, this.model.classNames);
    // The getter throws if there is no model.
    if (change.prompts && change.prompts.length > 0) void this.#options.prompts.model;
    if (config.fps_limit !== this.#config.fps_limit) this.#pacer = new Pacer(config.fps_limit);
    if (!config.enable_tracking) this.#objects.forget();
    this.#config = config;
    this.touch();
    return config;
  }

  /** Accepts a frame, or answers at once why not. @returns its id */
  offer({ id, timestampS, read, answer }: SentFrame): FrameId {
    const { now, observer, queueSize, memory } = this.#options;
    const arrivalMs = now();
    const frameId = id ?? this.#frames;
    this.#frames++;
    this.touch();
    this.#tally.received();
    observer.received();
    if (!this.#pacer.pass(arrivalMs)) {
      this.#drop({ id: frameId, answer }, 'rate_limited');
      return frameId;
    }
    let image: ClientImage;
    try {
      image = read();
    } catch (error) {
      this.#fail({ id: frameId, answer }, known(error));
      return frameId;
    }
    while (this.waiting && arrivalMs - this.#waiting[0]!.arrivalMs > MAX_WAIT_MS) this.#supersede();
    while (this.waiting && this.#inFlight >= queueSize) this.#supersede();
    if (this.#inFlight >= queueSize || !memory.take(image.bytes.length)) {
      this.#drop({ id: frameId, answer }, 'queue_full');
      return frameId;
    }
    this.#waiting.push({ id: frameId, timestampS, image, arrivalMs, config: this.#config, answer });
    this.#options.dispatcher.add(this);
    this.#options.dispatcher.kick();
    return frameId;
  }

  analyse(reservation: Reservation): void {
    const { now, dispatcher } = this.#options;
    const { model } = reservation;
    // Behind by more than a stutter: keep only the newest frame.
    if (this.waiting && now() - this.#waiting[0]!.arrivalMs > MAX_WAIT_MS) {
      while (this.#waiting.length > 1) this.#supersede();
    }
    const frame = this.#waiting.shift();
    if (!this.waiting) dispatcher.remove(this);
    if (!frame) {
      reservation.release();
      return;
    }
    this.lastStartedMs = now();
    frame.model = model;
    this.#running.push(frame);
    const size = uprightSize(frame.image.header);
    const letterbox = planLetterbox(model, size.width, size.height, inferenceSizeOf(frame.config, model, size));
    const options = modelOptions(rulesOf(frame.config), model.classNames, frame.config.enable_tracking);
    const detect = { letterbox, options };
    const settled = (outcome: AnalysisResult | LookoutError) => {
      this.#options.memory.giveBack(frame.image.bytes.length);
      frame.outcome = outcome;
      if (!this.#isClosed) this.#settle(frame);
    };
    void reservation
      .run({ picture: { kind: 'still', bytes: frame.image.bytes }, detect })
      .then(settled, (error: unknown) => settled(known(error)));
  }

  /** Requested classes that the model does not have, which are never detected. */
  get unknownClasses(): string[] {
    const { classNames } = this.model;
    return (this.#config.classes ?? []).filter((name) => !classNames.includes(name));
  }

  stats(): SessionStats {
    const nowMs = this.#options.now();
    return {
      client_id: this.id,
      transport: this.transport,
      uptime_s: Math.round((nowMs - this.#startedMs) / 1000),
      expires_at: Math.round(this.expiresMs),
      frames: this.#tally.frames,
      ...this.#tally.measured(nowMs),
      config: this.#config,
    };
  }

  /** Ends the session: frames in flight are answered with an error, and nothing is answered afterwards. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    const { dispatcher, memory, models } = this.#options;
    clearTimeout(this.#timer);
    dispatcher.remove(this);
    const reason = new LookoutError('session_closed', 'The session ended before this frame was analysed');
    for (const frame of this.#waiting) memory.giveBack(frame.image.bytes.length);
    for (const frame of [...this.#asked, ...this.#running, ...this.#waiting]) this.#fail(frame, reason);
    this.#isClosed = true;
    this.#running = [];
    this.#waiting = [];
    this.#asked.clear();
    this.#objects.forget();
    models.release();
  }

  get #inFlight(): number {
    return this.#waiting.length + this.#running.length;
  }

  /** Answers a finished frame; with tracking, only once all earlier frames have finished. */
  #settle(frame: PendingFrame): void {
    if (!frame.config.enable_tracking) {
      this.#running.splice(this.#running.indexOf(frame), 1);
      this.#finish(frame);
    }
    for (let first = this.#running[0]; first?.outcome !== undefined; first = this.#running[0]) {
      this.#running.shift();
      this.#finish(first);
    }
  }

  #finish(frame: PendingFrame): void {
    const { outcome } = frame;
    if (outcome instanceof LookoutError) this.#fail(frame, outcome);
    else if (outcome !== undefined) this.#answerResult(frame, outcome);
  }

  #answerResult(frame: PendingFrame, result: AnalysisResult): void {
    const { width, height } = uprightSize(frame.image.header);
    const detections = this.#detectionsOf(frame, result.packed, { width, height });
    const question = questionOf(frame.config);
    if (question) void this.#askPrompts(frame, result, detections, question);
    else this.#sendResult(frame, result, { detections });
  }

  /** Later frames don't wait for it: they are answered without prompts, possibly earlier. */
  async #askPrompts(
    frame: PendingFrame,
    result: AnalysisResult,
    detections: Detection[],
    question: PromptQuestion,
  ): Promise<void> {
    this.#asked.add(frame);
    const { bytes } = frame.image;
    const found = await this.#prompts.ask(
      { bytes, detections, classCount: frame.model?.classNames.length ?? 0 },
      question,
    );
    // Otherwise the session has ended, and the frame has been answered.
    if (this.#asked.delete(frame)) this.#sendResult(frame, result, found);
  }

  #sendResult(
    frame: PendingFrame,
    { inferMs }: AnalysisResult,
    found: Pick<ImageDetections, 'detections' | 'prompts'>,
  ): void {
    const { now, observer } = this.#options;
    const { width, height } = uprightSize(frame.image.header);
    const nowMs = now();
    const latencyMs = nowMs - frame.arrivalMs;
    this.#tally.processed(latencyMs, inferMs, nowMs);
    observer.processed(latencyMs, inferMs, nowMs);
    frame.answer({
      type: 'detection_result',
      data: {
        frame_id: frame.id,
        ...found,
        processing_time_ms: round(latencyMs),
        inference_ms: round(inferMs),
        image_size: [width, height],
      },
      timestamp: seconds(nowMs),
    });
  }

  #detectionsOf(
    { model, config, timestampS, arrivalMs }: PendingFrame,
    packed: Float32Array,
    size: FrameSize,
  ): Detection[] {
    const classNames = model?.classNames ?? [];
    const rules = rulesOf(config);
    if (config.enable_tracking) {
      const { timeMs, isLate } = this.#clock.next(timestampS, arrivalMs);
      // If tracking was switched off meanwhile, no tracks are kept.
      if (!isLate && this.#config.enable_tracking) {
        return this.#objects.answered({ packed, classNames }, { ...size, timestampMs: timeMs }, rules);
      }
    }
    return detectionsOf(packed, classNames, rules);
  }

  #supersede(): void {
    const frame = this.#waiting.shift()!;
    this.#options.memory.giveBack(frame.image.bytes.length);
    this.#drop(frame, 'superseded');
  }

  #drop({ id, answer }: Pick<PendingFrame, 'id' | 'answer'>, reason: DropReason): void {
    this.#tally.dropped(reason);
    this.#options.observer.dropped(reason);
    answer({ type: 'dropped', frame_id: id, reason, timestamp: seconds(this.#options.now()) });
  }

  #fail({ id, answer }: Pick<PendingFrame, 'id' | 'answer'>, { message, code }: LookoutError): void {
    this.#tally.failed();
    this.#options.observer.failed();
    answer({ type: 'error', error: message, code, frame_id: id, timestamp: seconds(this.#options.now()) });
  }

  /** A timer that checks again when it fires: cheaper than resetting it with each frame. */
  #arm(delayMs: number): void {
    this.#timer = setTimeout(() => {
      const leftMs = this.expiresMs - this.#options.now();
      if (leftMs > 0) this.#arm(leftMs);
      else this.#options.onExpired();
    }, delayMs);
    this.#timer.unref();
  }
}

/** Converts a `nowMs()` time to Unix epoch seconds with millisecond precision. */
export function seconds(timeMs: number): number {
  return Math.round(toEpochMs(timeMs)) / 1000;
}

function known(error: unknown): LookoutError {
  return error instanceof LookoutError ? error : new LookoutError('inference_failed', String(error), { cause: error });
}
