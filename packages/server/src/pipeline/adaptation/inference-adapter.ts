import type { AnalysisPool } from '../analysis/analysis-pool.js';
import type { Camera } from '../cameras/camera.js';
import { availableTo } from './capacity-share.js';
import { INFERENCE_START, stepInference } from './inference-controller.js';

export interface InferenceAdapterOptions {
  pool: Pick<AnalysisPool, 'busyMs' | 'size'>;
  cameras(): readonly Camera[];
  /** False for models with a fixed input size. */
  adaptable(): boolean;
  now(): number;
}

const STEP_MS = 1000;
/** Steps with fewer analyses say too little about the workers' capacity. */
const MIN_ANALYSES = 3;
/** Weight of the newest step in the smoothed capacity. */
const CAPACITY_SMOOTHING = 0.5;
/** A camera that is held back is assumed to want this many times the rate it sends now. */
const HELD_BACK_FACTOR = 1.15;

/** Measures the load once a second and adjusts the `auto` settings of all cameras together. */
export class InferenceAdapter {
  readonly #options: InferenceAdapterOptions;
  #state = INFERENCE_START;
  #timer: NodeJS.Timeout | undefined;
  #lastMs: number;
  #lastBusyMs = 0;
  /** Analyses per second the workers have time for; Infinity until the first measurement. */
  #capacityFps = Number.POSITIVE_INFINITY;
  readonly #lastCounts = new WeakMap<Camera, { received: number; analysed: number }>();

  constructor(options: InferenceAdapterOptions) {
    this.#options = options;
    this.#lastMs = options.now();
  }

  get current(): { size: number; confidence: number } {
    return { size: this.#state.size, confidence: this.#state.confidence };
  }

  /** Analyses per second available to this camera: its fair share and whatever the others leave unused. */
  capacityFor(camera: Camera): number {
    const { cameras, now } = this.#options;
    const all = cameras();
    const wanted = all.map((one) =>
      one === camera
        ? one.lane.wantedFps
        : Math.min(one.lane.wantedFps, one.stats.receivedFps(now()) * HELD_BACK_FACTOR),
    );
    return availableTo(all.indexOf(camera), this.#capacityFps, wanted);
  }

  start(): void {
    this.#timer = setInterval(() => this.#step(), STEP_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #step(): void {
    const { pool, cameras, now, adaptable } = this.#options;
    const nowMs = now();
    const seconds = (nowMs - this.#lastMs) / 1000;
    const busyMs = pool.busyMs - this.#lastBusyMs;
    const load = {
      wanted: 0,
      analysed: 0,
      inferenceMs: undefined as number | undefined,
      utilisation: Math.min(1, busyMs / (seconds * 1000 * pool.size)),
    };
    this.#lastMs = nowMs;
    this.#lastBusyMs = pool.busyMs;
    const all = cameras();
    for (const camera of all) {
      const { stats } = camera;
      const counts = { received: stats.usable, analysed: stats.counted('analyzed') };
      const before = this.#lastCounts.get(camera) ?? counts;
      this.#lastCounts.set(camera, counts);
      const received = (counts.received - before.received) / seconds;
      load.wanted += Math.min(received, camera.lane.wantedFps);
      load.analysed += (counts.analysed - before.analysed) / seconds;
      load.inferenceMs = Math.max(load.inferenceMs ?? 0, stats.inferenceMs ?? 0) || undefined;
    }
    if (load.analysed * seconds >= MIN_ANALYSES && busyMs > 0) {
      const measured = (load.analysed * seconds * 1000 * pool.size) / busyMs;
      const known = Number.isFinite(this.#capacityFps) ? this.#capacityFps : measured;
      this.#capacityFps = known + (measured - known) * CAPACITY_SMOOTHING;
    }
    if (!adaptable()) return;
    const before = this.#state;
    this.#state = stepInference(before, load);
    if (before.size === this.#state.size && before.confidence === this.#state.confidence) return;
    for (const camera of all) camera.adapt(this.current);
  }
}
