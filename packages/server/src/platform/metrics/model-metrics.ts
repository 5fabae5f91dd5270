import { Counter, Gauge, type Registry } from 'prom-client';
import type { UnloadReason } from '../models/model-library.js';

/** Metrics of loaded models. Labels are bounded by the models of this server. */
export class ModelMetrics {
  readonly #memory;
  readonly #loads;
  readonly #unloads;
  #hungThreads: () => number = () => 0;

  constructor(registry: Registry) {
    const registers = [registry];
    const hungThreads = () => this.#hungThreads();
    new Gauge({
      name: 'lookout_hung_threads',
      help: 'Threads that hang in a model or image decoder and were given up',
      registers,
      collect() {
        this.set(hungThreads());
      },
    });
    this.#memory = new Gauge({
      name: 'lookout_model_memory_bytes',
      help: 'Estimated memory of a loaded model, all workers together',
      labelNames: ['model'],
      registers,
    });
    this.#loads = new Counter({
      name: 'lookout_model_loads_total',
      help: 'Times a model was loaded',
      labelNames: ['model'],
      registers,
    });
    this.#unloads = new Counter({
      name: 'lookout_model_unloads_total',
      help: 'Times a model was unloaded: on request, to free memory, or because it hung',
      labelNames: ['model', 'reason'],
      registers,
    });
  }

  /** @param count read at each scrape */
  countHungThreads(count: () => number): void {
    this.#hungThreads = count;
  }

  loaded(model: string, estimateBytes: number): void {
    this.#memory.set({ model }, estimateBytes);
    this.#loads.inc({ model });
  }

  unloaded(model: string, reason: UnloadReason): void {
    this.#memory.remove({ model });
    this.#unloads.inc({ model, reason });
  }
}
