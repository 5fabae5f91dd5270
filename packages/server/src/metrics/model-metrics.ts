import { Counter, Gauge, type Registry } from 'prom-client';

/** Which models are loaded. Labels are bounded: the models of this server. */
export class ModelMetrics {
  readonly #memory;
  readonly #loads;
  readonly #unloads;

  constructor(registry: Registry) {
    const registers = [registry];
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
      help: 'Times a model was unloaded, as asked or to make room in memory',
      labelNames: ['model', 'reason'],
      registers,
    });
  }

  loaded(model: string, estimateBytes: number): void {
    this.#memory.set({ model }, estimateBytes);
    this.#loads.inc({ model });
  }

  unloaded(model: string, reason: 'asked' | 'memory'): void {
    this.#memory.remove({ model });
    this.#unloads.inc({ model, reason });
  }
}
