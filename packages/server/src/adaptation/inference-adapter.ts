import type { AnalysisPool } from '../analysis/analysis-pool.js';
import type { Camera } from '../cameras/camera.js';
import { inferenceStart, stepInference } from './inference-controller.js';

export interface InferenceAdapterOptions {
  pool: Pick<AnalysisPool, 'busyMs' | 'size'>;
  cameras(): readonly Camera[];
  /** A model of fixed input can't be adapted. */
  adaptable: boolean;
  now(): number;
}

const stepMs = 1000;

/** Measures the load once a second and moves what `auto` stands for, for all cameras together. */
export class InferenceAdapter {
  readonly #options: InferenceAdapterOptions;
  #state = inferenceStart;
  #timer: NodeJS.Timeout | undefined;
  #lastMs: number;
  #lastBusyMs = 0;
  readonly #lastCounts = new WeakMap<Camera, { received: number; analysed: number }>();

  constructor(options: InferenceAdapterOptions) {
    this.#options = options;
    this.#lastMs = options.now();
  }

  get current(): { size: number; confidence: number } {
    return { size: this.#state.size, confidence: this.#state.confidence };
  }

  start(): void {
    if (!this.#options.adaptable) return;
    this.#timer = setInterval(() => this.#step(), stepMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #step(): void {
    const { pool, cameras, now } = this.#options;
    const nowMs = now();
    const seconds = (nowMs - this.#lastMs) / 1000;
    const load = {
      wanted: 0,
      analysed: 0,
      inferenceMs: undefined as number | undefined,
      utilisation: Math.min(1, (pool.busyMs - this.#lastBusyMs) / (seconds * 1000 * pool.size)),
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
    const before = this.#state;
    this.#state = stepInference(before, load);
    if (before.size === this.#state.size && before.confidence === this.#state.confidence) return;
    for (const camera of all) camera.adapt(this.current);
  }
}
