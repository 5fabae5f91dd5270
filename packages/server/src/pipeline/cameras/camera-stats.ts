import type { CameraDetailStats, CameraState, DropCounts, Stages } from '@lookout/protocol';
import type { PipelineMetrics, StageName } from '../../platform/metrics/pipeline-metrics.js';
import { RateMeter, RollingWindow } from '../../platform/metrics/rolling.js';
import { ConnectionRecord } from './connection-record.js';

type FrameEvent = 'received' | 'analyzed' | 'sent' | keyof DropCounts;

/** Receives every count in addition to the camera's own figures (Prometheus). */
export interface StatsSink {
  frame(event: FrameEvent): void;
  stages(stages: Stages, ageMs: number): void;
  state(state: CameraState): void;
  reconnect(): void;
  viewers(count: number): void;
}

/** Counters, rates, latencies and state history of one camera. */
export class CameraStatsRecorder {
  readonly #sink: StatsSink;
  readonly #counts: Record<FrameEvent, number> = {
    received: 0,
    analyzed: 0,
    sent: 0,
    stale: 0,
    throttled: 0,
    skipped: 0,
    invalid: 0,
  };
  readonly #rates: Partial<Record<FrameEvent, RateMeter>> = {
    received: new RateMeter(),
    analyzed: new RateMeter(),
    sent: new RateMeter(),
  };
  readonly #age = new RollingWindow();
  readonly #inference = new RollingWindow();
  readonly #stages = new Map<string, RollingWindow>();
  readonly #record = new ConnectionRecord();
  #undecoded = 0;

  constructor(sink: StatsSink) {
    this.#sink = sink;
  }

  count(event: FrameEvent, timeMs: number): void {
    this.#counts[event]++;
    this.#rates[event]?.add(timeMs);
    this.#sink.frame(event);
  }

  /** Frames of a video camera arrived that nobody needs decoded. */
  undecoded(count: number, timeMs: number): void {
    this.#undecoded += count;
    for (let i = 0; i < count; i++) {
      this.count('received', timeMs);
      this.count('skipped', timeMs);
    }
  }

  bytes(count: number): void {
    this.#record.bytes(count);
  }

  /** @param ageMs from capture to the finished result */
  analysed(stages: Stages, ageMs: number): void {
    this.#age.add(ageMs);
    this.#inference.add(stages.infer);
    for (const [stage, ms] of Object.entries(stages)) {
      let window = this.#stages.get(stage);
      if (!window) {
        window = new RollingWindow();
        this.#stages.set(stage, window);
      }
      window.add(ms);
    }
    this.#sink.stages(stages, ageMs);
  }

  /** The source began to deliver frames, initially or after a reconnect. */
  connected(): void {
    if (this.#record.connected()) this.#sink.reconnect();
  }

  /** @param sinceMs by `nowMs()` */
  state(state: CameraState, reason: string, sinceMs: number): void {
    this.#record.state(state, reason, sinceMs);
    this.#sink.state(state);
  }

  viewers(count: number): void {
    this.#sink.viewers(count);
  }

  get inferenceMs(): number | undefined {
    return this.#inference.median;
  }

  counted(event: FrameEvent): number {
    return this.#counts[event];
  }

  /** Frames received that could be analysed: JPEGs, and decoded video. */
  get usable(): number {
    return this.#counts.received - this.#undecoded;
  }

  receivedFps(nowMs: number): number {
    return this.#rate('received', nowMs);
  }

  #rate(event: FrameEvent, nowMs: number): number {
    return this.#rates[event]?.rate(nowMs) ?? 0;
  }

  report(
    nowMs: number,
    camera: Pick<CameraDetailStats, 'camera_connected' | 'viewer_count' | 'processor_stats' | 'video' | 'main'>,
  ): CameraDetailStats {
    const { received, analyzed, sent, ...dropped } = this.#counts;
    const stages: CameraDetailStats['stages_ms'] = {};
    for (const [stage, window] of this.#stages) stages[stage] = percentiles(window);
    const [p50 = 0, p95 = 0] = this.#inference.percentiles(0.5, 0.95);
    return {
      ...camera,
      frames: { received, analyzed, sent, dropped },
      fps: {
        in: this.#rate('received', nowMs),
        analyzed: this.#rate('analyzed', nowMs),
        out: this.#rate('sent', nowMs),
      },
      latency_ms: percentiles(this.#age),
      inference_ms: { p50, p95 },
      ...this.#record.figures,
      stages_ms: stages,
    };
  }
}

function percentiles(window: RollingWindow): { p50: number; p95: number; p99: number } {
  const [p50 = 0, p95 = 0, p99 = 0] = window.percentiles(0.5, 0.95, 0.99);
  return { p50, p95, p99 };
}

/** A sink that reports a camera's figures to Prometheus. */
export function metricsSink(metrics: PipelineMetrics, camera: string): StatsSink {
  metrics.addCamera(camera);
  return {
    frame: (event) => metrics.frames(camera, event),
    stages: (stages: Stages, ageMs) => {
      for (const [stage, ms] of Object.entries(stages)) metrics.stage(camera, stage as StageName, ms / 1000);
      metrics.age(camera, ageMs / 1000);
      // Each analysed frame is decoded once; skipped frames never are.
      metrics.decode(camera);
    },
    viewers: (count) => metrics.viewers(camera, count),
    state: (state) => metrics.state(camera, state),
    reconnect: () => metrics.reconnect(camera),
  };
}
