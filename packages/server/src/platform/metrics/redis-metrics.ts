import { Counter, Gauge, type Registry } from 'prom-client';

/** Metrics of the use of Redis; without it there are none. */
export class RedisMetrics {
  readonly #registry: Registry;
  #alone: Counter | undefined;
  #entries: Counter<'stream' | 'outcome'> | undefined;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** @param isUp read at each scrape */
  watch(isUp: () => boolean): void {
    const registers = [this.#registry];
    new Gauge({
      name: 'lookout_redis_up',
      help: 'Whether Redis answers; while it is 0, each node allows its share of the limits',
      registers,
      collect() {
        this.set(isUp() ? 1 : 0);
      },
    });
    this.#alone = new Counter({
      name: 'lookout_redis_limits_alone_total',
      help: 'Requests and sign-ins counted by this node alone, because Redis was away',
      registers,
    });
    this.#entries = new Counter({
      name: 'lookout_redis_entries_total',
      help: 'Entries of Redis streams that this node has written, or given up because Redis was away or slow',
      labelNames: ['stream', 'outcome'],
      registers,
    });
  }

  countedAlone(): void {
    this.#alone?.inc();
  }

  entry(stream: 'events' | 'detections', outcome: 'sent' | 'dropped'): void {
    this.#entries?.inc({ stream, outcome });
  }
}
