import { type ModelInfo, planLetterbox } from '@lookout/vision';
import type { HeldWorker, Reservation } from './reservation.js';

/** A camera as the dispatcher sees it. */
export interface AnalysisClient extends Candidate {
  /** Whether a frame waits in its slot. */
  readonly waiting: boolean;
  /** What the waiting frame is to be analysed by. */
  readonly model: ModelInfo;
  /** Size of the model's input for the waiting frame, e.g. `416×320`; absent: it does not go together with others'. */
  readonly inputSize?: string | undefined;
  /** Takes the waiting frame through the reserved worker. Never rejects; ends with `run` or `release` of the reservation. */
  analyse(reservation: Reservation): void;
}

/** How `inputSize` of a picture is written. @param size as `planLetterbox` takes it */
export function inputSizeFor(model: ModelInfo, picture: { width: number; height: number }, size: number): string {
  const { width, height } = planLetterbox(model, picture.width, picture.height, size);
  return `${width}×${height}`;
}

/** Where workers come from. */
export interface Workers {
  /** Holds a free worker that has the model; `undefined` when there is none. */
  reserve(model: ModelInfo): HeldWorker | undefined;
  /** Workers that could begin with this model at once. */
  freeCount(model: ModelInfo): number;
}

/** Brings free workers and waiting frames together, stalest camera first. */
export class Dispatcher {
  readonly #clients = new Set<AnalysisClient>();
  readonly #pool: Workers;
  readonly #now: () => number;

  constructor(pool: Workers, now: () => number) {
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
      if (reservation) this.#begin(client, reservation);
      else without = (without ?? new Set()).add(model.name);
    }
  }

  /**
   * Where a run takes several pictures, those go along that wait already, of one size, and would wait on: what the other workers can
   * begin with at once is left to them.
   */
  #begin(client: AnalysisClient, worker: HeldWorker): void {
    const others = (worker.together ?? 1) > 1 ? this.#companions(client) : [];
    const free = others.length > 0 ? this.#pool.freeCount(client.model) : 0;
    const taken = others.slice(0, Math.max(0, Math.min((worker.together ?? 1) - 1, others.length - free)));
    const parts = taken.length > 0 ? worker.split?.(taken.length + 1) : undefined;
    if (!parts) {
      client.analyse(worker);
      return;
    }
    for (const [i, each] of [client, ...taken].entries()) each.analyse(parts[i]!);
  }

  /** Who else waits for the same model at the same size, the stalest first. */
  #companions(client: AnalysisClient): AnalysisClient[] {
    const { inputSize, model } = client;
    if (inputSize === undefined) return [];
    const waiting = new Set(this.#waiting(undefined));
    waiting.delete(client);
    for (const one of waiting) if (one.model.name !== model.name || one.inputSize !== inputSize) waiting.delete(one);
    const sorted: AnalysisClient[] = [];
    for (let next = pickStalest(waiting, this.#now()); next; next = pickStalest(waiting, this.#now())) {
      sorted.push(next);
      waiting.delete(next);
    }
    return sorted;
  }

  *#waiting(without: ReadonlySet<string> | undefined): Iterable<AnalysisClient> {
    for (const client of this.#clients) if (client.waiting && !without?.has(client.model.name)) yield client;
  }
}

/** What the scheduler needs to know of a camera that has a frame waiting. */
export interface Candidate {
  /** When inference last began for this camera, ms; -Infinity for never. */
  lastStartedMs: number;
  /** Analyses a second its consumers want; > 0. */
  wantedFps: number;
}

/**
 * Inference is the scarce thing: it goes to the camera whose shown result is stalest relative to its wanted rate, so that no
 * camera starves and none hogs. Two cameras at 30 and 10 fps that both want more than there is get 3 : 1.
 *
 * @returns the candidate to serve, `undefined` when there is none. Ties go to the first.
 */
export function pickStalest<T extends Candidate>(candidates: Iterable<T>, nowMs: number): T | undefined {
  let stalest: T | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const candidate of candidates) {
    const overdue = (nowMs - candidate.lastStartedMs) * candidate.wantedFps;
    if (overdue > most) {
      most = overdue;
      stalest = candidate;
    }
  }
  return stalest;
}
