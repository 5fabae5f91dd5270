import { Counter, Gauge, type Registry } from 'prom-client';

/** What a node knows of the cluster that it is part of. */
export interface ClusterFigures {
  readonly cameras: number;
  readonly nodesUp: number;
  /** For how long the database has not answered, s; 0: it does. */
  readonly silenceSeconds: number;
}

/** Metrics of a node that is one of several; without a cluster there are none. */
export class NodeMetrics {
  readonly #registry: Registry;
  #lost: Counter<'reason'> | undefined;
  #refused: Counter | undefined;
  #passed: Counter<'outcome'> | undefined;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** @param figures read at each scrape */
  watch(figures: () => ClusterFigures): void {
    const registers = [this.#registry];
    const gauges: { name: string; help: string; value(figures: ClusterFigures): number }[] = [
      { name: 'lookout_cluster_cameras', help: 'Cameras that this node has', value: ({ cameras }) => cameras },
      {
        name: 'lookout_cluster_nodes_up',
        help: 'Nodes of the cluster that are up',
        value: ({ nodesUp }) => nodesUp,
      },
      {
        name: 'lookout_cluster_database_silence_seconds',
        help: 'For how long the database of the cluster has not answered; 0: it does',
        value: ({ silenceSeconds }) => silenceSeconds,
      },
    ];
    for (const { value, ...options } of gauges) {
      new Gauge({
        ...options,
        registers,
        collect() {
          this.set(value(figures()));
        },
      });
    }
    this.#lost = new Counter({
      name: 'lookout_cluster_leases_lost_total',
      help: 'Cameras that this node has lost: taken by another node, or let go because the database was silent',
      labelNames: ['reason'],
      registers,
    });
    this.#passed = new Counter({
      name: 'lookout_cluster_requests_passed_total',
      help: 'Requests passed on to the node that has their camera: answered, or failed because it did not answer',
      labelNames: ['outcome'],
      registers,
    });
    this.#refused = new Counter({
      name: 'lookout_cluster_links_refused_total',
      help: 'Connections refused because their other side does not have the join secret',
      registers,
    });
  }

  passedOn(isAnswered: boolean): void {
    this.#passed?.inc({ outcome: isAnswered ? 'answered' : 'failed' });
  }

  linkRefused(): void {
    this.#refused?.inc();
  }

  leaseLost(reason: 'taken' | 'silence'): void {
    this.#lost?.inc({ reason });
  }
}
