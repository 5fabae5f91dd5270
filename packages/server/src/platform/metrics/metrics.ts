import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { DetectionMetrics } from './detection-metrics.js';
import { ModelMetrics } from './model-metrics.js';
import { PipelineMetrics } from './pipeline-metrics.js';
import { addProcessMetrics } from './process-metrics.js';
import { PublishMetrics } from './publish-metrics.js';

export interface HttpObservation {
  method: string;
  /** The route's pattern, never the path: a path may hold a token, and there is no end to paths. */
  route: string;
  status: number;
  seconds: number;
}

/** How often the event loop's delay is sampled. Each sample wakes the main thread: at 5 ms that was a tenth of its time with one camera. */
const DELAY_SAMPLE_MS = 100;

/** Everything `/metrics` shows, on a registry of its own: two servers in one process do not mix. */
export class Metrics {
  readonly registry = new Registry();
  readonly pipeline: PipelineMetrics;
  readonly publish: PublishMetrics;
  readonly detection: DetectionMetrics;
  readonly models: ModelMetrics;
  readonly #http: Histogram<'method' | 'route' | 'status'>;
  readonly #socketsClosed: Counter<'route' | 'reason'>;
  readonly #messagesRefused: Counter<'route'>;
  readonly #connectionsRefused: Counter;
  readonly #delay: IntervalHistogram;

  constructor() {
    addProcessMetrics(this.registry);
    this.pipeline = new PipelineMetrics(this.registry);
    this.publish = new PublishMetrics(this.registry);
    this.detection = new DetectionMetrics(this.registry);
    this.models = new ModelMetrics(this.registry);
    this.#http = new Histogram({
      name: 'lookout_http_request_seconds',
      help: 'Time to answer HTTP requests; streams count until they end',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers: [this.registry],
    });
    this.#socketsClosed = new Counter({
      name: 'lookout_sockets_cut_total',
      help: 'WebSockets ended because of what their peer did',
      labelNames: ['route', 'reason'],
      registers: [this.registry],
    });
    this.#messagesRefused = new Counter({
      name: 'lookout_messages_refused_total',
      help: 'Messages on sockets that made no sense and were answered by an error',
      labelNames: ['route'],
      registers: [this.registry],
    });
    this.#connectionsRefused = new Counter({
      name: 'lookout_connections_refused_total',
      help: 'TCP connections cut at once because there were too many',
      registers: [this.registry],
    });
    this.#delay = monitorEventLoopDelay({ resolution: DELAY_SAMPLE_MS });
    this.#delay.enable();
    const delay = this.#delay;
    new Gauge({
      name: 'lookout_event_loop_delay_seconds',
      help: 'How late the main thread was since the last scrape',
      labelNames: ['quantile'],
      registers: [this.registry],
      collect() {
        for (const quantile of [50, 99]) {
          // A sample is the time since the one before. NaN until the first.
          const lateMs = (delay.percentile(quantile) || 0) / 1e6 - DELAY_SAMPLE_MS;
          this.set({ quantile: quantile / 100 }, Math.max(0, lateMs) / 1000);
        }
        delay.reset();
      },
    });
  }

  observeRequest({ method, route, status, seconds }: HttpObservation): void {
    this.#http.observe({ method, route, status }, seconds);
  }

  /** @param route the pattern, @param reason of a fixed list. */
  socketClosed(route: string, reason: string): void {
    this.#socketsClosed.inc({ route, reason });
  }

  connectionRefused(): void {
    this.#connectionsRefused.inc();
  }

  /** A camera is gone: so are all its series. */
  removeCamera(camera: string): void {
    this.pipeline.removeCamera(camera);
    this.publish.removeCamera(camera);
  }

  /** @param route the pattern. */
  messageRefused(route: string): void {
    this.#messagesRefused.inc({ route });
  }

  /** Stops the timers. Idempotent. */
  close(): void {
    this.#delay.disable();
    this.registry.clear();
  }
}
