import { type ModelInfo, planLetterbox } from '@lookout/vision';
import type { HeldWorker, Reservation } from './reservation.js';

/** A consumer of analysis as the dispatcher sees it, e.g. a camera. */
export interface AnalysisClient extends Candidate {
  /** Whether a frame is waiting in its slot. */
  readonly waiting: boolean;
  /** Model for the waiting frame. */
  readonly model: ModelInfo;
  /** Model input size of the waiting frame, e.g. `416×320`; undefined: it can't share a run with others. */
  readonly inputSize?: string | undefined;
  /** Analyses the waiting frame with the reserved worker. Never rejects; ends with `run` or `release` of the reservation. */
  analyse(reservation: Reservation): void;
}

/** `inputSize` of a picture. @param size as `planLetterbox` takes it */
export function inputSizeFor(model: ModelInfo, picture: { width: number; height: number }, size: number): string {
  const { width, height } = planLetterbox(model, picture.width, picture.height, size);
  return `${width}×${height}`;
}

/** Source of workers. */
export interface Workers {
  /** Reserves a free worker that has the model open; undefined if none is free. */
  reserve(model: ModelInfo): HeldWorker | undefined;
  /** Number of free workers that have this model open. */
  freeCount(model: ModelInfo): number;
}

/** Assigns free workers to waiting frames, stalest camera first. */
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

  /** Call when a frame arrives or a worker becomes free. */
  kick(): void {
    // Models no free worker has open: while a model is being loaded, some workers lack it.
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
   * If the model runs several images at once, adds waiting frames of the same input size that no other free worker can take now.
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

  /** Other consumers waiting for the same model at the same input size, stalest first. */
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

/** What the scheduler needs to know about a camera with a waiting frame. */
export interface Candidate {
  /** Start of the camera's last inference, ms; -Infinity for never. */
  lastStartedMs: number;
  /** Analyses per second its consumers want; > 0. */
  wantedFps: number;
}

/**
 * Inference is the scarce resource: it goes to the camera whose shown result is stalest relative to its wanted rate, so that no
 * camera starves and none hogs the workers. Two cameras at 30 and 10 fps that both want more than there is get 3 : 1.
 * | @returns the candidate to serve, undefined if there is none. Ties go to the first.
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
