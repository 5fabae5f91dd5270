import { CameraState, type ViewMode } from '@lookout/protocol';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type FrameEvent = 'received' | 'analyzed' | 'sent' | 'stale' | 'throttled' | 'skipped' | 'invalid';
export type StageName = 'receive' | 'wait' | 'decode' | 'infer' | 'draw' | 'encode';

/** 0.1 ms to 5 s: from a drawn box to a camera that hangs. */
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

/**
 * What happens to frames, for `/metrics`. Labels are bounded: cameras that exist, stages and states of fixed lists, and
 * qualities 30..95. `removeCamera` takes a camera's series away.
 */
export class PipelineMetrics {
  readonly #stage;
  readonly #frames;
  readonly #state;
  readonly #viewers;
  readonly #encodes;
  readonly #decodes;
  readonly #inference;
  readonly #inferenceFailures;
  readonly #age;
  readonly #reconnects;
  /** Cameras there are. What a removed one still reports is ignored: its series must not come back. */
  readonly #cameras = new Set<string>();
  /** Series a camera has, so that they can be taken away without asking the registry for its whole text. */
  readonly #encodeSeries = new Map<string, Map<string, { camera: string; quality: number; mode: ViewMode }>>();
  readonly #stageSeries = new Map<string, Set<StageName>>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.#stage = new Histogram({
      name: 'lookout_stage_seconds',
      help: 'Time a frame spent in each stage',
      labelNames: ['camera', 'stage'],
      buckets: STAGE_BUCKETS,
      registers,
    });
    this.#frames = new Counter({
      name: 'lookout_frames_total',
      help: 'Frames received, analysed and sent, and those dropped, by reason',
      labelNames: ['camera', 'event'],
      registers,
    });
    this.#state = new Gauge({
      name: 'lookout_camera_state',
      help: '1 for the state the camera is in, 0 for the others',
      labelNames: ['camera', 'state'],
      registers,
    });
    this.#viewers = new Gauge({
      name: 'lookout_viewers',
      help: 'Open live views of a camera',
      labelNames: ['camera'],
      registers,
    });
    this.#encodes = new Counter({
      name: 'lookout_encodes_total',
      help: 'JPEGs encoded for viewers',
      labelNames: ['camera', 'quality', 'mode'],
      registers,
    });
    this.#decodes = new Counter({
      name: 'lookout_decodes_total',
      help: 'Pictures decoded',
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
      help: 'Frames the model failed at',
      labelNames: ['model'],
      registers,
    });
    this.#age = new Gauge({
      name: 'lookout_age_seconds',
      help: 'Age of the newest frame sent, from capture to send',
      labelNames: ['camera'],
      registers,
    });
    this.#reconnects = new Counter({
      name: 'lookout_reconnects_total',
      help: 'Times a camera was opened again after it was lost',
      labelNames: ['camera'],
      registers,
    });
  }

  /** All counters of a camera at 0, so that a rate is right from its first frame on. */
  addCamera(camera: string): void {
    this.#cameras.add(camera);
    for (const event of FRAME_EVENTS) this.#frames.inc({ camera, event }, 0);
    this.#viewers.set({ camera }, 0);
    this.#decodes.inc({ camera }, 0);
    this.#reconnects.inc({ camera }, 0);
  }

  stage(camera: string, stage: StageName, seconds: number): void {
    if (!this.#cameras.has(camera)) return;
    const stages = this.#stageSeries.get(camera) ?? new Set();
    this.#stageSeries.set(camera, stages.add(stage));
    this.#stage.observe({ camera, stage }, seconds);
  }

  frames(camera: string, event: FrameEvent, count = 1): void {
    if (!this.#cameras.has(camera)) return;
    this.#frames.inc({ camera, event }, count);
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
    if (!this.#cameras.has(camera)) return;
    const labels = { camera, quality, mode };
    const series = this.#encodeSeries.get(camera) ?? new Map();
    this.#encodeSeries.set(camera, series.set(`${quality}/${mode}`, labels));
    this.#encodes.inc(labels);
  }

  decode(camera: string): void {
    if (!this.#cameras.has(camera)) return;
    this.#decodes.inc({ camera });
  }

  inference(model: string, seconds: number): void {
    this.#inference.observe({ model }, seconds);
  }

  inferenceFailed(model: string): void {
    this.#inferenceFailures.inc({ model });
  }

  age(camera: string, seconds: number): void {
    if (!this.#cameras.has(camera)) return;
    this.#age.set({ camera }, seconds);
  }

  reconnect(camera: string): void {
    if (!this.#cameras.has(camera)) return;
    this.#reconnects.inc({ camera });
  }

  /** Takes every series of a camera away. */
  removeCamera(camera: string): void {
    this.#cameras.delete(camera);
    for (const stage of this.#stageSeries.get(camera) ?? []) this.#stage.remove({ camera, stage });
    for (const labels of this.#encodeSeries.get(camera)?.values() ?? []) this.#encodes.remove(labels);
    this.#stageSeries.delete(camera);
    this.#encodeSeries.delete(camera);
    for (const event of FRAME_EVENTS) this.#frames.remove({ camera, event });
    for (const state of CameraState.options) this.#state.remove({ camera, state });
    for (const metric of [this.#viewers, this.#decodes, this.#age, this.#reconnects]) metric.remove({ camera });
  }
}
