import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { DetectionMetrics } from './detection-metrics.js';
import { ModelMetrics } from './model-metrics.js';
import { NodeMetrics } from './node-metrics.js';
import { PipelineMetrics } from './pipeline-metrics.js';
import { PlayerMetrics } from './player-metrics.js';
import { addProcessMetrics } from './process-metrics.js';
import { PublishMetrics } from './publish-metrics.js';
import { RedisMetrics } from './redis-metrics.js';
import { RemoteMetrics } from './remote-metrics.js';
import { SecondLookMetrics } from './second-look-metrics.js';
import { TaskMetrics } from './task-metrics.js';
import { WarningMetrics } from './warning-metrics.js';
import { WebRtcMetrics } from './webrtc-metrics.js';

export interface HttpObservation {
  method: string;
  /** The route's pattern, never the path: paths may contain tokens and are unbounded. */
  route: string;
  status: number;
  seconds: number;
}

/**
 * Sampling interval of the event loop's delay. Each sample wakes the main thread: at 5 ms that took a tenth of its time with one
 * camera.
 */
const DELAY_SAMPLE_MS = 100;

/** All metrics of one server, in their own registry so that two servers in one process stay separate. */
export class Metrics {
  readonly registry = new Registry();
  readonly pipeline: PipelineMetrics;
  readonly players: PlayerMetrics;
  readonly publish: PublishMetrics;
  readonly detection: DetectionMetrics;
  readonly models: ModelMetrics;
  readonly nodes: NodeMetrics;
  readonly redis: RedisMetrics;
  readonly remote: RemoteMetrics;
  readonly tasks: TaskMetrics;
  readonly warnings: WarningMetrics;
  readonly secondLook: SecondLookMetrics;
  readonly webrtc: WebRtcMetrics;
  readonly #http: Histogram<'method' | 'route' | 'status'>;
  readonly #socketsClosed: Counter<'route' | 'reason'>;
  readonly #messagesRefused: Counter<'route'>;
  readonly #connectionsRefused: Counter;
  readonly #proxyUsersIgnored: Counter;
  readonly #listenerFailures: Counter<'topic'>;
  readonly #delay: IntervalHistogram;

  constructor() {
    addProcessMetrics(this.registry);
    this.pipeline = new PipelineMetrics(this.registry);
    this.players = new PlayerMetrics(this.registry);
    this.publish = new PublishMetrics(this.registry);
    this.detection = new DetectionMetrics(this.registry);
    this.models = new ModelMetrics(this.registry);
    this.nodes = new NodeMetrics(this.registry);
    this.redis = new RedisMetrics(this.registry);
    this.remote = new RemoteMetrics(this.registry);
    this.tasks = new TaskMetrics(this.registry);
    this.warnings = new WarningMetrics(this.registry);
    this.secondLook = new SecondLookMetrics(this.registry);
    this.webrtc = new WebRtcMetrics(this.registry);
    this.#http = new Histogram({
      name: 'lookout_http_request_seconds',
      help: 'Time to answer HTTP requests; streams count until they end',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers: [this.registry],
    });
    this.#socketsClosed = new Counter({
      name: 'lookout_sockets_cut_total',
      help: 'WebSockets closed by the server because of their peer’s behaviour',
      labelNames: ['route', 'reason'],
      registers: [this.registry],
    });
    this.#messagesRefused = new Counter({
      name: 'lookout_messages_refused_total',
      help: 'Invalid messages on sockets, answered with an error',
      labelNames: ['route'],
      registers: [this.registry],
    });
    this.#connectionsRefused = new Counter({
      name: 'lookout_connections_refused_total',
      help: 'TCP connections refused because there were too many',
      registers: [this.registry],
    });
    this.#proxyUsersIgnored = new Counter({
      name: 'lookout_proxy_users_ignored_total',
      help: 'Requests that name a user in the header of auth.proxy and come from none of its addresses',
      registers: [this.registry],
    });
    this.#listenerFailures = new Counter({
      name: 'lookout_listener_failures_total',
      help: 'Exceptions of listeners for what happens in the server, which are faults of the program',
      labelNames: ['topic'],
      registers: [this.registry],
    });
    this.#delay = monitorEventLoopDelay({ resolution: DELAY_SAMPLE_MS });
    this.#delay.enable();
    const delay = this.#delay;
    new Gauge({
      name: 'lookout_event_loop_delay_seconds',
      help: 'Delay of the main thread since the last scrape',
      labelNames: ['quantile'],
      registers: [this.registry],
      collect() {
        for (const quantile of [50, 99]) {
          // A sample is the time since the previous one; NaN before the first.
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

  /** @param route its pattern @param reason from a fixed list */
  socketClosed(route: string, reason: string): void {
    this.#socketsClosed.inc({ route, reason });
  }

  connectionRefused(): void {
    this.#connectionsRefused.inc();
  }

  proxyUserIgnored(): void {
    this.#proxyUsersIgnored.inc();
  }

  /** @param topic of the event bus */
  listenerFailed(topic: string): void {
    this.#listenerFailures.inc({ topic });
  }

  /** Removes all series of a camera. */
  removeCamera(camera: string): void {
    this.pipeline.removeCamera(camera);
    this.players.removeCamera(camera);
    this.publish.removeCamera(camera);
    this.warnings.removeCamera(camera);
  }

  /** @param route its pattern */
  messageRefused(route: string): void {
    this.#messagesRefused.inc({ route });
  }

  /** Stops the timers. Idempotent. */
  close(): void {
    this.#delay.disable();
    this.registry.clear();
  }
}
