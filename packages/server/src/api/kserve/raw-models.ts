import { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { AnalysisPool } from '../../pipeline/analysis/analysis-pool.js';

/** What raw serving needs of the models of this server. */
export interface ServedModels {
  /** Loads a model, if it is not, and keeps it until it is released. @throws LookoutError `model_not_found` */
  acquire(name: string): Promise<{ readonly model: ModelInfo; release(): void }>;
}

interface OpenFile {
  /** The form that detects, when it was opened: another one when that was loaded anew, maybe because the file has changed. */
  of: ModelInfo;
  opened: Promise<unknown>;
  uses: number;
  usedMs: number;
}

/** Most files that are open beside the form of them that detects. Each takes its memory in every worker. */
const MAX_OPEN_FILES = 2;

/**
 * Models as their files are. Where the form that detects is the file itself, it is served from the same session; else the file is
 * opened beside it when it is first asked for, and closed when others are.
 */
export class RawModels {
  readonly #models: ServedModels;
  readonly #pool: Pick<AnalysisPool, 'load' | 'unload' | 'opened'>;
  readonly #now: () => number;
  readonly #files = new Map<string, OpenFile>();
  /** Why the file of a model did not come to an end, by the model's form that detects. */
  readonly #refused = new WeakMap<ModelInfo, LookoutError>();

  constructor(models: ServedModels, pool: Pick<AnalysisPool, 'load' | 'unload' | 'opened'>, now: () => number) {
    this.#models = models;
    this.#pool = pool;
    this.#now = now;
  }

  /**
   * Opens a model as its file is for as long as `work` takes.
   * @param work gets the model that a worker is to be reserved with, and the one that detects.
   * @throws LookoutError `model_not_found`, `too_many_requests`, why it can't be opened; what `work` throws.
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
    // What can't be opened is tried anew by whoever asks next.
    file.opened.catch(() => {
      if (this.#files.get(raw.name) === file) this.#files.delete(raw.name);
    });
    return file;
  }

  #makeRoom(): void {
    if (this.#files.size < MAX_OPEN_FILES) return;
    const [oldest] = [...this.#files].filter(([, { uses }]) => uses === 0).sort(([, a], [, b]) => a.usedMs - b.usedMs);
    if (!oldest) {
      throw new LookoutError('too_many_requests', `${MAX_OPEN_FILES} other models are being served as their files are`);
    }
    this.#drop(oldest[0]);
  }

  /** It goes on in the background; opening the next waits for it by itself. */
  #drop(name: string): void {
    this.#files.delete(name);
    void this.#pool.unload(name);
  }
}
