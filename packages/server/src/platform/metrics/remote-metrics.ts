import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { RequestOutcome } from '../remote-models/inference-server.js';
import type { ServerState } from '../remote-models/remote-servers.js';

/** Metrics of the servers that run the default model elsewhere. The label is their address in the settings, without credentials. */
export class RemoteMetrics {
  readonly #requests;
  readonly #seconds;
  #states: () => readonly ServerState[] = () => [];

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ['server'] as const;
    const states = () => this.#states();
    this.#requests = new Counter({
      name: 'lookout_inference_server_requests_total',
      help: 'Requests to a KServe server: answered, refused by it, invalid if its answer cannot be that of the model, or failed because it was away or busy',
      labelNames: ['server', 'outcome'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'lookout_inference_server_seconds',
      help: 'Time until a KServe server answered a request',
      labelNames,
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
      registers,
    });
    new Gauge({
      name: 'lookout_inference_server_outstanding',
      help: 'Requests that a KServe server has not answered yet',
      labelNames,
      registers,
      collect() {
        for (const { url, outstanding } of states()) this.set({ server: url }, outstanding);
      },
    });
    new Gauge({
      name: 'lookout_inference_server_up',
      help: 'Whether a KServe server is used: 0 while it is left out',
      labelNames,
      registers,
      collect() {
        for (const { url, away } of states()) this.set({ server: url }, away === undefined ? 1 : 0);
      },
    });
  }

  /** @param states read at each scrape */
  watch(states: () => readonly ServerState[]): void {
    this.#states = states;
  }

  request(server: string, outcome: RequestOutcome, seconds: number): void {
    this.#requests.inc({ server, outcome });
    if (outcome === 'answered') this.#seconds.observe({ server }, seconds);
  }
}
