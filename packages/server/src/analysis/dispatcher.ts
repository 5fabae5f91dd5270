import type { ModelInfo } from '@lookout/vision';
import type { AnalysisPool, Reservation } from './analysis-pool.js';
import { type Candidate, pickStalest } from './scheduler.js';

/** A camera as the dispatcher sees it. */
export interface AnalysisClient extends Candidate {
  /** Whether a frame waits in its slot. */
  readonly waiting: boolean;
  /** What the waiting frame is to be analysed by. */
  readonly model: ModelInfo;
  /** Takes the waiting frame through the reserved worker. Never rejects; ends with `run` or `release` of the reservation. */
  analyse(reservation: Reservation): void;
}

/** Brings free workers and waiting frames together, stalest camera first. */
export class Dispatcher {
  readonly #clients = new Set<AnalysisClient>();
  readonly #pool: Pick<AnalysisPool, 'reserve'>;
  readonly #now: () => number;

  constructor(pool: Pick<AnalysisPool, 'reserve'>, now: () => number) {
    this.#pool = pool;
    this.#now = now;
  }

  add(client: AnalysisClient): void {
    this.#clients.add(client);
  }

  remove(client: AnalysisClient): void {
    this.#clients.delete(client);
  }

  /** A frame arrived or a worker became free. */
  kick(): void {
    // Models that no free worker has: while one is being loaded, not every worker has it yet.
    let without: Set<string> | undefined;
    for (;;) {
      const client = pickStalest(this.#waiting(without), this.#now());
      if (!client) return;
      const { model } = client;
      const reservation = this.#pool.reserve(model);
      if (reservation) client.analyse(reservation);
      else without = (without ?? new Set()).add(model.name);
    }
  }

  *#waiting(without: ReadonlySet<string> | undefined): Iterable<AnalysisClient> {
    for (const client of this.#clients) if (client.waiting && !without?.has(client.model.name)) yield client;
  }
}
