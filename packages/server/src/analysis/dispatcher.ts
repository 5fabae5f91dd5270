import type { AnalysisPool, Reservation } from './analysis-pool.js';
import { type Candidate, pickStalest } from './scheduler.js';

/** A camera as the dispatcher sees it. */
export interface AnalysisClient extends Candidate {
  /** Whether a frame waits in its slot. */
  readonly waiting: boolean;
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
    for (;;) {
      const client = pickStalest(this.#waiting(), this.#now());
      if (!client) return;
      const reservation = this.#pool.reserve();
      if (!reservation) return;
      client.analyse(reservation);
    }
  }

  *#waiting(): Iterable<AnalysisClient> {
    for (const client of this.#clients) if (client.waiting) yield client;
  }
}
