import { LookoutError } from '@lookout/protocol';
import type { ModelInfo, RemoteModel } from '@lookout/vision';
import { KServeClient } from './kserve-client.js';
import { modelPath } from './remote-runner.js';

export interface RemoteHealthOptions {
  /** Asks a server whether its model is ready; throws the reason why not. Default: over HTTP. */
  ask?: (remote: RemoteModel) => Promise<void>;
  /** How often a server that is away is asked whether it is back, ms. Default 2000. */
  everyMs?: number;
  /** Once, until it is back. */
  onAway?: (model: string, reason: string) => void;
  onBack?: (model: string) => void;
}

/**
 * Whether models that run elsewhere can be reached: by what became of their last run, and while that is bad and nobody asks for more, by
 * asking whether they are back.
 */
export class RemoteHealth {
  readonly #ask: (remote: RemoteModel) => Promise<void>;
  readonly #everyMs: number;
  readonly #options: RemoteHealthOptions;
  readonly #problems = new Map<string, { reason: string; timer: NodeJS.Timeout }>();
  #closed = false;

  constructor(options: RemoteHealthOptions = {}) {
    this.#options = options;
    this.#ask = options.ask ?? askReady;
    this.#everyMs = options.everyMs ?? 2000;
  }

  /** Why a model can't be reached; undefined where it can, as far as is known. */
  problem({ name }: Pick<ModelInfo, 'name'>): string | undefined {
    return this.#problems.get(name)?.reason;
  }

  /** A run went well. */
  succeeded({ name }: Pick<ModelInfo, 'name'>): void {
    const problem = this.#problems.get(name);
    if (!problem) return;
    clearTimeout(problem.timer);
    this.#problems.delete(name);
    this.#options.onBack?.(name);
  }

  /** A run failed. What is no failure of reaching it is none of ours. */
  failed(model: ModelInfo, error: LookoutError): void {
    const { remote, name } = model;
    if (!remote || error.code !== 'unavailable' || this.#closed) return;
    const known = this.#problems.get(name);
    if (known) {
      known.reason = error.message;
      return;
    }
    this.#problems.set(name, { reason: error.message, timer: this.#later(model, remote) });
    this.#options.onAway?.(name, error.message);
  }

  /** Looks whether a model that was just opened can be reached. */
  async look(model: ModelInfo): Promise<void> {
    if (!model.remote) return;
    try {
      await this.#ask(model.remote);
      this.succeeded(model);
    } catch (error) {
      this.failed(model, error instanceof LookoutError ? error : new LookoutError('unavailable', String(error)));
    }
  }

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#problems.values()) clearTimeout(timer);
    this.#problems.clear();
  }

  #later(model: ModelInfo, remote: RemoteModel): NodeJS.Timeout {
    return setTimeout(async () => {
      const isBack = await this.#ask(remote).then(
        () => true,
        () => false,
      );
      const problem = this.#problems.get(model.name);
      if (!problem) return;
      if (isBack) this.succeeded(model);
      else problem.timer = this.#later(model, remote);
    }, this.#everyMs).unref();
  }
}

async function askReady(remote: RemoteModel): Promise<void> {
  const client = new KServeClient(remote);
  try {
    await client.ask(`${modelPath(remote)}/ready`);
  } finally {
    client.close();
  }
}
