import type { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';

export interface RemoteHealthOptions {
  /** Runs a model once. @throws the reason why it can't be used */
  attempt: (model: string) => Promise<void>;
  /** Time between attempts while a model can't be used, ms. Default 2000. */
  everyMs?: number;
  /** Once, until it is back. */
  onAway?: (model: string, reason: string) => void;
  onBack?: (model: string) => void;
}

interface Problem {
  /** Absent until it is told. */
  reason?: string;
  refusals: number;
  timer?: NodeJS.Timeout;
}

/** A server may refuse one run for a reason of its own; so many in a row are no accident. */
const MIN_REFUSALS = 3;

/**
 * Whether the models of other servers can be used: judged by each run, and while the last ones failed, by attempts of its own, so that a
 * model comes back without anybody asking for it.
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

  /** Why a model can't be used; undefined where it can, as far as is known. */
  problem({ name }: Pick<ModelInfo, 'name'>): string | undefined {
    return this.#problems.get(name)?.reason;
  }

  /** A run went well. */
  succeeded({ name }: Pick<ModelInfo, 'name'>): void {
    const problem = this.#problems.get(name);
    if (!problem) return;
    clearTimeout(problem.timer);
    this.#problems.delete(name);
    if (problem.reason !== undefined) this.#options.onBack?.(name);
  }

  /** A run failed. A server that does not answer is away at once, one that refuses after a few in a row. */
  failed({ name, remote }: Pick<ModelInfo, 'name' | 'remote'>, error: LookoutError): void {
    if (!remote || this.#closed) return;
    const problem = this.#problems.get(name) ?? { refusals: 0 };
    this.#problems.set(name, problem);
    problem.refusals++;
    if (error.code === 'unavailable' || problem.refusals >= MIN_REFUSALS) this.#isAway(name, problem, error.message);
  }

  /** Tries a model that was just opened. */
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
