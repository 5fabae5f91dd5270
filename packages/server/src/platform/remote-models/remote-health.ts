import type { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';

export interface RemoteHealthOptions {
  /** Runs a model once. @throws why it can't be used */
  attempt: (model: string) => Promise<void>;
  /** Whether a server is left that may take the next frame. */
  isServed?: () => boolean;
  /** Interval between attempts while a model is unavailable, ms. Default 2000. */
  everyMs?: number;
  /** Called once per outage. */
  onAway?: (model: string, reason: string) => void;
  onBack?: (model: string) => void;
}

interface Problem {
  /** Undefined until reported. */
  reason?: string;
  refusals: number;
  timer?: NodeJS.Timeout;
}

/** A server may reject a single run for a reason of its own; this many in a row mean an outage. */
const MIN_REFUSALS = 3;

/**
 * Tracks whether remote models are available: judged by each run and, during an outage, by periodic attempts, so that recovery
 * is noticed without requests.
 */
export class RemoteHealth {
  readonly #everyMs: number;
  readonly #options: RemoteHealthOptions;
  readonly #problems = new Map<string, Problem>();
  #closed = false;

  constructor(options: RemoteHealthOptions) {
    this.#options = options;
    this.#everyMs = options.everyMs ?? 2000;
  }

  /** Why a model is unavailable; undefined if it is available as far as known. */
  problem({ name }: Pick<ModelInfo, 'name'>): string | undefined {
    return this.#problems.get(name)?.reason;
  }

  /** Call after a successful run. */
  succeeded({ name }: Pick<ModelInfo, 'name'>): void {
    const problem = this.#problems.get(name);
    if (!problem) return;
    clearTimeout(problem.timer);
    this.#problems.delete(name);
    if (problem.reason !== undefined) this.#options.onBack?.(name);
  }

  /**
   * Call after a failed run. A server that does not answer counts as unavailable at once, one that rejects runs after a few in a
   * row.
   */
  failed({ name, remote }: Pick<ModelInfo, 'name' | 'remote'>, error: LookoutError): void {
    if (!remote || this.#closed) return;
    // Another server has the next frame.
    if (error.code === 'unavailable' && this.#options.isServed?.()) return;
    const problem = this.#problems.get(name) ?? { refusals: 0 };
    this.#problems.set(name, problem);
    problem.refusals++;
    if (error.code === 'unavailable' || problem.refusals >= MIN_REFUSALS) this.#isAway(name, problem, error.message);
  }

  /** Tries a newly opened model. */
  async look({ name, remote }: Pick<ModelInfo, 'name' | 'remote'>): Promise<void> {
    if (remote) await this.#attempt(name);
  }

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#problems.values()) clearTimeout(timer);
    this.#problems.clear();
  }

  async #attempt(name: string): Promise<void> {
    try {
      await this.#options.attempt(name);
      this.succeeded({ name });
    } catch (error) {
      if (this.#closed) return;
      const problem = this.#problems.get(name) ?? { refusals: 0 };
      this.#problems.set(name, problem);
      this.#isAway(name, problem, error instanceof Error ? error.message : String(error));
    }
  }

  #isAway(name: string, problem: Problem, reason: string): void {
    const isNew = problem.reason === undefined;
    problem.reason = reason;
    if (isNew) this.#options.onAway?.(name, reason);
    if (problem.timer) return;
    problem.timer = setTimeout(() => {
      delete problem.timer;
      void this.#attempt(name);
    }, this.#everyMs).unref();
  }
}
