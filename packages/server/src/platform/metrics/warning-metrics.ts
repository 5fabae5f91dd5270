import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Metrics of rules and events. */
export class WarningMetrics {
  readonly #events: Counter<'camera' | 'severity'>;
  readonly #lost: Counter;
  readonly #engine: Histogram;
  readonly #failures: Counter;
  readonly #webhooks: Counter<'result'>;
  #sources = { unstored: () => 0, bytes: () => 0 };

  constructor(registry: Registry) {
    const registers = [registry];
    this.#events = new Counter({
      name: 'lookout_events_total',
      help: 'Events of rules',
      labelNames: ['camera', 'severity'],
      registers,
    });
    this.#lost = new Counter({
      name: 'lookout_events_lost_total',
      help: 'Events that could not be stored',
      registers,
    });
    this.#engine = new Histogram({
      name: 'lookout_rules_seconds',
      help: 'Time that all rules took for a frame',
      buckets: [0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05],
      registers,
    });
    this.#failures = new Counter({
      name: 'lookout_rules_failures_total',
      help: 'Frames for which rules failed',
      registers,
    });
    this.#webhooks = new Counter({
      name: 'lookout_webhook_requests_total',
      help: 'Messages sent to webhooks, by whether they were accepted',
      labelNames: ['result'],
      registers,
    });
    const sources = () => this.#sources;
    new Gauge({
      name: 'lookout_events_unstored',
      help: 'Events waiting to be stored',
      registers,
      collect() {
        this.set(sources().unstored());
      },
    });
    new Gauge({
      name: 'lookout_event_pictures_bytes',
      help: 'Disk space of the pictures of events',
      registers,
      collect() {
        this.set(sources().bytes());
      },
    });
  }

  fired(camera: string, severity: string): void {
    this.#events.inc({ camera, severity });
  }

  lost(): void {
    this.#lost.inc();
  }

  rulesRan(seconds: number): void {
    this.#engine.observe(seconds);
  }

  webhookSent(isDelivered: boolean): void {
    this.#webhooks.inc({ result: isDelivered ? 'delivered' : 'failed' });
  }

  rulesFailed(): void {
    this.#failures.inc();
  }

  /** @param sources read at each scrape */
  watch(sources: { unstored(): number; bytes(): number }): void {
    this.#sources = sources;
  }

  removeCamera(camera: string): void {
    for (const severity of ['info', 'warning', 'critical']) this.#events.remove({ camera, severity });
  }
}
