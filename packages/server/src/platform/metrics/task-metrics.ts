import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Metrics of the models for tasks other than class detection: those that compare words with images, or cut out shapes. */
export class TaskMetrics {
  readonly #jobs: Counter<'call' | 'outcome'>;
  readonly #seconds: Histogram<'call'>;
  readonly #looks: Counter<'lane' | 'outcome'>;
  #sources = { waiting: () => 0, hung: () => 0 };

  constructor(registry: Registry) {
    const registers = [registry];
    this.#jobs = new Counter({
      name: 'lookout_task_jobs_total',
      help: 'Jobs of the models for tasks other than class detection, by outcome; refused: too many were waiting',
      labelNames: ['call', 'outcome'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'lookout_task_job_seconds',
      help: 'Time per job of the models for tasks other than class detection',
      labelNames: ['call'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10],
      registers,
    });
    this.#looks = new Counter({
      name: 'lookout_phrase_looks_total',
      help: 'Looks at tracks or whole frames for phrases of rules; missed: the object had gone before its turn',
      labelNames: ['lane', 'outcome'],
      registers,
    });
    const sources = () => this.#sources;
    new Gauge({
      name: 'lookout_task_jobs_waiting',
      help: 'Jobs waiting for the models for tasks other than class detection',
      registers,
      collect() {
        this.set(sources().waiting());
      },
    });
    new Gauge({
      name: 'lookout_task_threads_hung',
      help: 'Threads that never returned from a model for a task other than class detection',
      registers,
      collect() {
        this.set(sources().hung());
      },
    });
  }

  /** @param ms duration; undefined: it did not finish */
  job(call: string, outcome: 'done' | 'failed' | 'refused', ms: number | undefined): void {
    this.#jobs.inc({ call, outcome });
    if (ms !== undefined) this.#seconds.observe({ call }, ms / 1000);
  }

  /** Counts tracks, or whole frames, that were looked at. */
  looked(lane: 'track' | 'open', count: number): void {
    this.#looks.inc({ lane, outcome: 'done' }, count);
  }

  /** Counts tracks of rules that had gone before there was time to look at them. */
  looksMissed(count: number): void {
    this.#looks.inc({ lane: 'track', outcome: 'missed' }, count);
  }

  /** The track or frame had gone, or the model failed. */
  lookFailed(lane: 'track' | 'open'): void {
    this.#looks.inc({ lane, outcome: 'failed' });
  }

  watch(sources: { waiting(): number; hung(): number }): void {
    this.#sources = sources;
  }
}
