import type { DropReason, FrameCounts } from '@lookout/protocol';
import type { FrameObserver } from '../../platform/metrics/detection-metrics.js';
import { RateMeter, RollingWindow } from '../../platform/metrics/rolling.js';

/** Counts frames and their answers, of one session or of all. */
export class FrameTally implements FrameObserver {
  readonly #dropped = { rate_limited: 0, superseded: 0, queue_full: 0 };
  readonly #latency = new RollingWindow(256);
  readonly #inference = new RollingWindow(256);
  readonly #rate = new RateMeter();
  #received = 0;
  #processed = 0;
  #failed = 0;

  received(): void {
    this.#received++;
  }

  processed(latencyMs: number, inferMs: number, nowMs: number): void {
    this.#processed++;
    this.#latency.add(latencyMs);
    this.#inference.add(inferMs);
    this.#rate.add(nowMs);
  }

  failed(): void {
    this.#failed++;
  }

  dropped(reason: DropReason): void {
    this.#dropped[reason]++;
  }

  get frames(): FrameCounts {
    const dropped = { ...this.#dropped };
    const answered = this.#processed + this.#failed + dropped.rate_limited + dropped.superseded + dropped.queue_full;
    return {
      received: this.#received,
      processed: this.#processed,
      failed: this.#failed,
      in_flight: this.#received - answered,
      dropped,
    };
  }

  measured(nowMs: number) {
    const [p50 = 0, p95 = 0, p99 = 0] = this.#latency.percentiles(0.5, 0.95, 0.99);
    const [inferP50 = 0, inferP95 = 0] = this.#inference.percentiles(0.5, 0.95);
    return {
      fps: this.#rate.rate(nowMs),
      latency_ms: { p50, p95, p99 },
      inference_ms: { p50: inferP50, p95: inferP95 },
    };
  }
}
