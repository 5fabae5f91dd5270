import { CameraState, type ViewMode } from '@lookout/protocol';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type FrameEvent = 'received' | 'analyzed' | 'sent' | 'stale' | 'throttled' | 'skipped' | 'invalid';
export type StageName = 'receive' | 'wait' | 'decode' | 'infer' | 'draw' | 'encode';

/** 0.1 ms to 5 s: from drawing a box to a camera that hangs. */
const STAGE_BUCKETS = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

const FRAME_EVENTS: readonly FrameEvent[] = [
  'received',
  'analyzed',
  'sent',
  'stale',
  'throttled',
  'skipped',
  'invalid',
];

/** Counts of one camera, updated up to sixty times a second and copied to the registry only at a scrape. */
interface CameraCounts {
  frames: Record<FrameEvent, number>;
  decodes: number;
  encodes: Map<string, { quality: number; mode: ViewMode; count: number }>;
  ageSeconds: number | undefined;
  /** Stages that have been measured. */
  stages: Set<StageName>;
}

/**
 * Frame metrics for `/metrics`. Labels are bounded: existing cameras, fixed lists of stages and states, and qualities 30..95.
 * `removeCamera` removes a camera's series.
 */
export class PipelineMetrics {
  readonly #stage;
  readonly #state;
  readonly #viewers;
  readonly #inference;
  readonly #inferenceFailures;
  readonly #reconnects;
  /** Existing cameras. Late reports of a removed camera are ignored, so that its series do not return. */
  readonly #cameras = new Map<string, CameraCounts>();

  constructor(registry: Registry) {
    const registers = [registry];
    addCountedSeries(registry, this.#cameras);
    this.#stage = new Histogram({
      name: 'lookout_stage_seconds',
      help: 'Time a frame spent in each stage',
      labelNames: ['camera', 'stage'],
      buckets: STAGE_BUCKETS,
      registers,
    });
    this.#state = new Gauge({
      name: 'lookout_camera_state',
      help: '1 for the camera’s current state, 0 for all others',
      labelNames: ['camera', 'state'],
      registers,
    });
    this.#viewers = new Gauge({
      name: 'lookout_viewers',
      help: 'Open live views of a camera',
      labelNames: ['camera'],
      registers,
    });
    this.#inference = new Histogram({
      name: 'lookout_inference_seconds',
      help: 'Time in the model alone',
      labelNames: ['model'],
      buckets: STAGE_BUCKETS,
      registers,
    });
    this.#inferenceFailures = new Counter({
      name: 'lookout_inference_failures_total',
      help: 'Frames on which the model failed',
      labelNames: ['model'],
      registers,
    });
    this.#reconnects = new Counter({
      name: 'lookout_reconnects_total',
      help: 'Times a camera was reconnected',
      labelNames: ['camera'],
      registers,
    });
  }

  /** Starts all counters of a camera at 0, so that rates are correct from the first frame. */
  addCamera(camera: string): void {
    const frames = { received: 0, analyzed: 0, sent: 0, stale: 0, throttled: 0, skipped: 0, invalid: 0 };
    this.#cameras.set(camera, { frames, decodes: 0, encodes: new Map(), ageSeconds: undefined, stages: new Set() });
    this.#viewers.set({ camera }, 0);
    this.#reconnects.inc({ camera }, 0);
  }

  stage(camera: string, stage: StageName, seconds: number): void {
    const counts = this.#cameras.get(camera);
    if (!counts) return;
    counts.stages.add(stage);
    this.#stage.observe({ camera, stage }, seconds);
  }

  frames(camera: string, event: FrameEvent, count = 1): void {
    const counts = this.#cameras.get(camera);
    if (counts) counts.frames[event] += count;
  }

  state(camera: string, state: CameraState): void {
    if (!this.#cameras.has(camera)) return;
    for (const each of CameraState.options) this.#state.set({ camera, state: each }, each === state ? 1 : 0);
  }

  viewers(camera: string, count: number): void {
    if (!this.#cameras.has(camera)) return;
    this.#viewers.set({ camera }, count);
  }

  /** @param quality JPEG quality, 30..95. */
  encode(camera: string, quality: number, mode: ViewMode): void {
    const counts = this.#cameras.get(camera);
    if (!counts) return;
    const key = `${quality}/${mode}`;
    const series = counts.encodes.get(key);
    if (series) series.count++;
    else counts.encodes.set(key, { quality, mode, count: 1 });
  }

  decode(camera: string): void {
    const counts = this.#cameras.get(camera);
    if (counts) counts.decodes++;
  }

  inference(model: string, seconds: number): void {
    this.#inference.observe({ model }, seconds);
  }

  inferenceFailed(model: string): void {
    this.#inferenceFailures.inc({ model });
  }

  age(camera: string, seconds: number): void {
    const counts = this.#cameras.get(camera);
    if (counts) counts.ageSeconds = seconds;
  }

  reconnect(camera: string): void {
    if (!this.#cameras.has(camera)) return;
    this.#reconnects.inc({ camera });
  }

  /** Removes all series of a camera. */
  removeCamera(camera: string): void {
    for (const stage of this.#cameras.get(camera)?.stages ?? []) this.#stage.remove({ camera, stage });
    this.#cameras.delete(camera);
    for (const state of CameraState.options) this.#state.remove({ camera, state });
    for (const metric of [this.#viewers, this.#reconnects]) metric.remove({ camera });
  }
}

/** Series that are counted here and read at each scrape. */
function addCountedSeries(registry: Registry, cameras: ReadonlyMap<string, CameraCounts>): void {
  const registers = [registry];
  new Counter({
    name: 'lookout_frames_total',
    help: 'Frames received, analysed and sent, and those dropped, by reason',
    labelNames: ['camera', 'event'],
    registers,
    collect() {
      this.reset();
      for (const [camera, { frames }] of cameras)
        for (const event of FRAME_EVENTS) this.inc({ camera, event }, frames[event]);
    },
  });
  new Counter({
    name: 'lookout_encodes_total',
    help: 'JPEGs encoded for viewers',
    labelNames: ['camera', 'quality', 'mode'],
    registers,
    collect() {
      this.reset();
      for (const [camera, { encodes }] of cameras)
        for (const { quality, mode, count } of encodes.values()) this.inc({ camera, quality, mode }, count);
    },
  });
  new Counter({
    name: 'lookout_decodes_total',
    help: 'Pictures decoded',
    labelNames: ['camera'],
    registers,
    collect() {
      this.reset();
      for (const [camera, { decodes }] of cameras) this.inc({ camera }, decodes);
    },
  });
  new Gauge({
    name: 'lookout_age_seconds',
    help: 'Age of the newest frame sent, from capture to send',
    labelNames: ['camera'],
    registers,
    collect() {
      this.reset();
      for (const [camera, { ageSeconds }] of cameras) if (ageSeconds !== undefined) this.set({ camera }, ageSeconds);
    },
  });
}
