import { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { AnalysisPool } from '../../pipeline/analysis/analysis-pool.js';

/** The model operations that raw serving needs. */
export interface ServedModels {
  /** Loads a model if necessary and holds it until released. @throws LookoutError `model_not_found` */
  acquire(name: string): Promise<{ readonly model: ModelInfo; release(): void }>;
}

interface OpenFile {
  /**
   * The detecting form of the model when the file was opened. It differs once the model is reloaded, maybe because its file
   * changed.
   */
  of: ModelInfo;
  opened: Promise<unknown>;
  uses: number;
  usedMs: number;
}

/** Maximum number of files open in addition to their models' detecting forms. Each takes memory in every worker. */
const MAX_OPEN_FILES = 2;

/**
 * Raw models, served as in their files. If the detecting form of a model is the file itself, both share a session; otherwise the
 * file is opened on first use, and closed to make room for others.
 */
export class RawModels {
  readonly #models: ServedModels;
  readonly #pool: Pick<AnalysisPool, 'load' | 'unload' | 'opened'>;
  readonly #now: () => number;
  readonly #files = new Map<string, OpenFile>();
  /** Errors of files that hung, by the model's detecting form. */
  readonly #refused = new WeakMap<ModelInfo, LookoutError>();

  constructor(models: ServedModels, pool: Pick<AnalysisPool, 'load' | 'unload' | 'opened'>, now: () => number) {
    this.#models = models;
    this.#pool = pool;
    this.#now = now;
  }

  /**
   * Opens the raw model while `work` runs.
   * @param work gets the raw model, to reserve a worker with, and the detecting one
   * @throws LookoutError `model_not_found`, `too_many_requests`, why the file can't be opened; errors of `work`
   */
  async use<T>(name: string, work: (raw: ModelInfo, model: ModelInfo) => Promise<T>): Promise<T> {
    const hold = await this.#models.acquire(name);
    try {
      const { model } = hold;
      if (model.remote?.missing !== undefined) throw new LookoutError('unavailable', model.remote.missing);
      if (!model.source) return await work(model, model);
      const refused = this.#refused.get(model);
      if (refused) throw refused;
      const raw: ModelInfo = { ...model, name: `${model.name} as its file`, path: model.source.path, raw: true };
      const file = this.#file(raw, model);
      file.uses++;
      try {
        await file.opened;
        return await work(raw, model);
      } catch (error) {
        if (error instanceof LookoutError && error.code === 'model_timeout') this.#refused.set(model, error);
        throw error;
      } finally {
        file.uses--;
        file.usedMs = this.#now();
      }
    } finally {
      hold.release();
    }
  }

  #file(raw: ModelInfo, of: ModelInfo): OpenFile {
    const known = this.#files.get(raw.name);
    if (known && (known.of === of || known.uses > 0)) return known;
    if (known) this.#drop(raw.name);
    this.#makeRoom();
    const provider = this.#pool.opened(of.name)?.provider ?? 'cpu';
    const file: OpenFile = { of, opened: this.#pool.load(raw, provider), uses: 0, usedMs: this.#now() };
    this.#files.set(raw.name, file);
    // If opening fails, the next request tries again.
    file.opened.catch(() => {
      if (this.#files.get(raw.name) === file) this.#files.delete(raw.name);
    });
    return file;
  }

  #makeRoom(): void {
    if (this.#files.size < MAX_OPEN_FILES) return;
    const [oldest] = [...this.#files].filter(([, { uses }]) => uses === 0).sort(([, a], [, b]) => a.usedMs - b.usedMs);
    if (!oldest) {
      throw new LookoutError('too_many_requests', `${MAX_OPEN_FILES} other raw models are already in use, the maximum`);
    }
    this.#drop(oldest[0]);
  }

  /** Runs in the background; the next load waits for it. */
  #drop(name: string): void {
    this.#files.delete(name);
    void this.#pool.unload(name);
  }
}
