import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Metrics of questions to a vision-language model about events. */
export class SecondLookMetrics {
  readonly #outcomes: Counter<'state'>;
  readonly #failures: Counter<'reason'>;
  readonly #controls: Counter<'answer'>;
  readonly #dropped: Counter;
  readonly #seconds: Histogram;
  #waiting = () => 0;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#outcomes = new Counter({
      name: 'lookout_second_looks_total',
      help: 'Questions about events, by outcome',
      labelNames: ['state'],
      registers,
    });
    this.#failures = new Counter({
      name: 'lookout_second_look_failures_total',
      help: 'Questions about events without a usable answer, by reason',
      labelNames: ['reason'],
      registers,
    });
    this.#controls = new Counter({
      name: 'lookout_second_look_controls_total',
      help: 'Control questions about empty parts of frames, by answer',
      labelNames: ['answer'],
      registers,
    });
    this.#dropped = new Counter({
      name: 'lookout_second_looks_dropped_total',
      help: 'Questions about events that were not asked because too many were waiting',
      registers,
    });
    this.#seconds = new Histogram({
      name: 'lookout_second_look_seconds',
      help: 'Time from an event to the outcome of its question',
      buckets: [0.5, 1, 2, 5, 10, 20, 60, 120],
      registers,
    });
    const waiting = () => this.#waiting();
    new Gauge({
      name: 'lookout_second_looks_waiting',
      help: 'Questions about events waiting to be asked',
      registers,
      collect() {
        this.set(waiting());
      },
    });
  }

  ended(state: string, seconds: number): void {
    this.#outcomes.inc({ state });
    this.#seconds.observe(seconds);
  }

  failed(reason: string): void {
    this.#failures.inc({ reason });
  }

  controlled(answer: string): void {
    this.#controls.inc({ answer });
  }

  dropped(): void {
    this.#dropped.inc();
  }

  /** @param waiting read at each scrape */
  watch(waiting: () => number): void {
    this.#waiting = waiting;
  }
}
