import type { AnalysisPool } from '../analysis/analysis-pool.js';
import type { Camera } from '../cameras/camera.js';
import { availableTo } from './capacity-share.js';
import { INFERENCE_START, stepInference } from './inference-controller.js';

export interface InferenceAdapterOptions {
  pool: Pick<AnalysisPool, 'busyMs' | 'size'>;
  cameras(): readonly Camera[];
  /** A model of fixed input can't be adapted. */
  adaptable(): boolean;
  now(): number;
}

const STEP_MS = 1000;
/** Fewer analyses in a step than this don't tell what the workers could do. */
const LEAST_ANALYSES = 3;
/** Weight of a step's measure of it. */
const CAPACITY_SMOOTHING = 0.5;
/** A camera that is held back would send so much more if it were let. */
const HELD_BACK_FACTOR = 1.15;

/** Measures the load once a second and moves what `auto` stands for, for all cameras together. */
export class InferenceAdapter {
  readonly #options: InferenceAdapterOptions;
  #state = INFERENCE_START;
  #timer: NodeJS.Timeout | undefined;
  #lastMs: number;
  #lastBusyMs = 0;
  /** Analyses a second that the workers have time for; unknown until some ran. */
  #capacityFps = Number.POSITIVE_INFINITY;
  readonly #lastCounts = new WeakMap<Camera, { received: number; analysed: number }>();

  constructor(options: InferenceAdapterOptions) {
    this.#options = options;
    this.#lastMs = options.now();
  }

  get current(): { size: number; confidence: number } {
    return { size: this.#state.size, confidence: this.#state.confidence };
  }

  /** Analyses a second the workers have time for, for this camera: its fair share, and what the others leave. */
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
      const counts = { received: stats.counted('received'), analysed: stats.counted('analyzed') };
      const before = this.#lastCounts.get(camera) ?? counts;
      this.#lastCounts.set(camera, counts);
      const received = (counts.received - before.received) / seconds;
      load.wanted += Math.min(received, camera.lane.wantedFps);
      load.analysed += (counts.analysed - before.analysed) / seconds;
      load.inferenceMs = Math.max(load.inferenceMs ?? 0, stats.inferenceMs ?? 0) || undefined;
    }
    if (load.analysed * seconds >= LEAST_ANALYSES && busyMs > 0) {
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
