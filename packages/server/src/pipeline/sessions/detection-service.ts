import {
  type DetectionError,
  type DetectionHealth,
  type DetectionTotals,
  type ImageDetections,
  type ImageSettings,
  LookoutError,
  type NewSession,
  type SessionConfig,
  type SessionStats,
} from '@lookout/protocol';
import type { ModelInfo, Tracker } from '@lookout/vision';
import type { Settings } from '../../platform/config/settings.js';
import type { DetectionMetrics, FrameObserver } from '../../platform/metrics/detection-metrics.js';
import type { ModelLibrary } from '../../platform/models/model-library.js';
import type { AnalysisPool } from '../analysis/analysis-pool.js';
import { type DetectionRules, round } from '../analysis/detection-rules.js';
import type { Dispatcher } from '../analysis/dispatcher.js';
import type { PromptFinder } from '../prompts/prompt-finder.js';
import { DetectionSession, seconds } from './detection-session.js';
import { type ClientImage, ImageMemory } from './image-data.js';
import { changeConfig, defaultConfig, questionOf } from './session-config.js';
import { FrameTally } from './session-counts.js';
import { createSessionId } from './session-id.js';
import { SingleImages } from './single-images.js';

export interface DetectionServiceOptions {
  settings: Settings['streaming'];
  /** For clients that set nothing. */
  defaults: Pick<DetectionRules, 'confidence' | 'crossClassIou'>;
  models: Pick<ModelLibrary, 'current' | 'device' | 'acquire' | 'hold'>;
  /** Why models run on this device. */
  deviceReason: string;
  /** Why a model is unavailable where it runs; undefined if it is available. */
  trouble?: (model: ModelInfo) => string | undefined;
  pool: Pick<AnalysisPool, 'readyCount' | 'size'>;
  dispatcher: Pick<Dispatcher, 'add' | 'remove' | 'kick'>;
  metrics: DetectionMetrics;
  /** Finds objects by their description. */
  prompts: Pick<PromptFinder, 'find' | 'model'>;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
  /** This node, if it is one of a cluster. */
  node?: string | undefined;
  createTracker(): Tracker;
  now(): number;
}

/** Why a session was ended by the server: deleted, expired, or shutdown. */
export type EndReason = 'deleted' | 'expired' | 'closing';

interface OpenSession {
  session: DetectionSession;
  address: string;
  listener: SessionListener;
}

/** Receives events that a session's client did not cause. */
export interface SessionListener {
  /** The session has ended and answers nothing more. */
  onEnd(reason: EndReason): void;
  /** A notice that belongs to no frame. */
  onNotice(notice: DetectionError): void;
}

/** All detection sessions and single images of the server. */
export class DetectionService {
  readonly #options: DetectionServiceOptions;
  readonly #sessions = new Map<string, OpenSession>();
  readonly #perAddress = new Map<string, number>();
  readonly #tally = new FrameTally();
  readonly #observer: FrameObserver;
  readonly #memory = new ImageMemory();
  readonly #images: SingleImages;
  readonly #imageCounts = { processed: 0, failed: 0 };
  readonly #startedMs: number;
  #opened = 0;
  #expired = 0;
  #refused = 0;
  #isClosed = false;

  constructor(options: DetectionServiceOptions) {
    this.#options = options;
    const { metrics, now, dispatcher, settings } = options;
    this.#startedMs = now();
    this.#observer = observers(this.#tally, metrics.sessions);
    this.#images = new SingleImages({
      dispatcher,
      memory: this.#memory,
      wantedFps: settings.max_fps,
      now,
      onDone: (latencyMs, inferMs, nowMs) => {
        this.#imageCounts.processed++;
        metrics.images.processed(latencyMs, inferMs, nowMs);
      },
      onFailed: () => {
        this.#imageCounts.failed++;
        metrics.images.failed();
      },
    });
    metrics.countSessions(() => this.#sessions.size);
  }

  get maxFps(): number {
    return this.#options.settings.max_fps;
  }

  /** Bytes of images being processed. */
  get imageBytes(): number {
    return this.#memory.bytes;
  }

  /** Loads the requested model if necessary. @throws what `open` would throw now, or why the model can't be used */
  async prepare(address: string, change: NewSession): Promise<void> {
    this.#checkLimits(address);
    const models = await this.#options.models.acquire(change.model);
    try {
      this.#configure(change, models.model);
    } finally {
      models.release();
    }
    this.#checkLimits(address);
  }

  /**
   * Call right after `prepare`.
   * @throws LookoutError `too_many_requests`, `unavailable` (the model), `no_model_for_this` (for prompts); ZodError for a class that the model does not have
   */
  open(
    transport: SessionStats['transport'],
    address: string,
    change: NewSession,
    listener: SessionListener,
  ): DetectionSession {
    const { settings, dispatcher, createTracker, prompts, later, now } = this.#options;
    this.#checkLimits(address);
    const models = this.#options.models.hold(change.model);
    let config: SessionConfig;
    try {
      config = this.#configure(change, models.model);
    } catch (error) {
      models.release();
      throw error;
    }
    const id = createSessionId(this.#options.node);
    const session = new DetectionSession({
      id,
      transport,
      config,
      models,
      dispatcher,
      createTracker,
      prompts,
      later,
      now,
      memory: this.#memory,
      queueSize: settings.queue_size,
      timeoutMs: settings.session_timeout * 1000,
      observer: this.#observer,
      onExpired: () => {
        this.#expired++;
        this.end(id, 'expired');
      },
    });
    this.#sessions.set(id, { session, address, listener });
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    this.#opened++;
    return session;
  }

  /** @throws LookoutError `not_found` */
  get(id: string): DetectionSession {
    const found = this.#sessions.get(id);
    if (found) return found.session;
    throw new LookoutError('not_found', 'This detection session does not exist', {
      hint: 'It was deleted or has expired. Open a new one with POST /stream/sessions.',
    });
  }

  /** Ends a session; its frames in flight are answered before `onEnd` is called. @throws LookoutError `not_found` */
  end(id: string, reason: EndReason): void {
    this.get(id).close();
    this.#forget(id)?.listener.onEnd(reason);
  }

  /** The client has gone: ends the session without calling its listener. */
  leave(id: string): void {
    this.#sessions.get(id)?.session.close();
    this.#forget(id);
  }

  /** @throws LookoutError; ZodError for a class that the model does not have */
  async detect(image: ClientImage, change: ImageSettings, signal?: AbortSignal): Promise<ImageDetections> {
    const { models: library, now } = this.#options;
    const models = change.model === undefined ? library.hold() : await library.acquire(change.model);
    const startedMs = now();
    try {
      const config = this.#configure(change, models.model);
      const { classNames } = models.model;
      const found = await this.#images.detect(image, models, config, signal);
      const question = questionOf(config);
      if (!question) return found;
      const prompted = { bytes: image.bytes, detections: found.detections, classCount: classNames.length };
      const { detections, task, model } = await this.#options.prompts.find(prompted, question, { signal });
      return {
        ...found,
        detections,
        prompts: { state: 'answered', task, model },
        processing_time_ms: round(now() - startedMs),
      };
    } finally {
      models.release();
    }
  }

  /** Notifies sessions that request classes the new default model does not have. */
  modelChanged(): void {
    const { models, now } = this.#options;
    for (const { session, listener } of this.#sessions.values()) {
      const unknown = session.unknownClasses;
      if (unknown.length === 0) continue;
      const names = unknown.slice(0, 10).map((name) => JSON.stringify(name));
      const error = `The model is now ${models.current.name}, which has no class ${names.join(', ')}: these are no longer detected`;
      listener.onNotice({ type: 'error', code: 'validation_failed', error, timestamp: seconds(now()) });
    }
  }

  totals(): DetectionTotals {
    const { now } = this.#options;
    return {
      uptime_s: this.#uptimeS(),
      sessions: {
        open: this.#sessions.size,
        opened: this.#opened,
        expired: this.#expired,
        refused: this.#refused,
      },
      frames: this.#tally.frames,
      images: { ...this.#imageCounts },
      ...this.#tally.measured(now()),
    };
  }

  /** @throws LookoutError `unavailable` if no worker is ready */
  health(): DetectionHealth {
    const { pool, models, deviceReason } = this.#options;
    if (pool.readyCount === 0) throw new LookoutError('unavailable', 'No analysis worker is ready');
    const { remote } = models.current;
    const trouble = this.#options.trouble?.(models.current);
    const status = pool.readyCount < pool.size || trouble !== undefined ? 'degraded' : 'ok';
    return {
      status,
      model: models.current.name,
      device: models.device,
      device_reason: remote ? `the model runs on ${remote.urls.join(', ')}` : deviceReason,
      ...(trouble !== undefined && { reason: trouble }),
      uptime_s: this.#uptimeS(),
    };
  }

  close(): void {
    this.#isClosed = true;
    for (const id of [...this.#sessions.keys()]) this.end(id, 'closing');
    this.#images.close();
  }

  #configure(
    change: NewSession | ImageSettings,
    { classNames, remote }: Pick<ModelInfo, 'classNames' | 'remote'>,
  ): SessionConfig {
    // The model's server has not reported its classes yet.
    if (change.classes && remote?.missing !== undefined) throw new LookoutError('unavailable', remote.missing);
    const { settings, defaults } = this.#options;
    const { default_fps: defaultFps, enable_tracking: enableTracking } = settings;
    // The getter throws if there is no model.
    if (change.prompts && change.prompts.length > 0) void this.#options.prompts.model;
    return changeConfig(defaultConfig({ defaultFps, enableTracking, ...defaults }), change, classNames);
  }

  #checkLimits(address: string): void {
    const { sessions, sessions_per_address: perAddress } = this.#options.settings;
    if (this.#isClosed) throw new LookoutError('unavailable', 'The server is shutting down');
    const [most, where, key] =
      (this.#perAddress.get(address) ?? 0) >= perAddress
        ? [perAddress, 'from one address', 'streaming.sessions_per_address']
        : [sessions, 'on this server', 'streaming.sessions'];
    if (key === 'streaming.sessions' && this.#sessions.size < sessions) return;
    this.#refused++;
    throw new LookoutError('too_many_requests', `More than ${most} detection sessions ${where}`, {
      hint: `Delete unused sessions, or raise ${key}.`,
    });
  }

  #forget(id: string): OpenSession | undefined {
    const found = this.#sessions.get(id);
    if (!found) return undefined;
    this.#sessions.delete(id);
    const left = (this.#perAddress.get(found.address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(found.address, left);
    else this.#perAddress.delete(found.address);
    return found;
  }

  #uptimeS(): number {
    return Math.round((this.#options.now() - this.#startedMs) / 1000);
  }
}

/** An observer that passes everything to several others. */
function observers(...all: FrameObserver[]): FrameObserver {
  return {
    received: () => {
      for (const one of all) one.received();
    },
    processed: (...args) => {
      for (const one of all) one.processed(...args);
    },
    failed: () => {
      for (const one of all) one.failed();
    },
    dropped: (reason) => {
      for (const one of all) one.dropped(reason);
    },
  };
}
