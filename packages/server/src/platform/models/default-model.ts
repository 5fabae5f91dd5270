import { z } from 'zod';
import type { Settings } from '../config/settings.js';
import type { SettingRepository } from '../storage/index.js';
import { modelName } from './model-files.js';

const DEFAULT = 'models.default';
const PREVIOUS = 'models.previous';
const Name = z.string().min(1).max(255);

export interface DefaultModelOptions {
  readonly store: SettingRepository;
  readonly given: Pick<Settings, 'model' | 'models' | 'kserve' | 'origins'>;
}

/**
 * Which model was made the default, and which was it before. Kept over restarts, unless the settings name a default of their own: then
 * a restart returns to that.
 */
export class DefaultModel {
  readonly #options: DefaultModelOptions;
  readonly #chosen: string | undefined;
  #previous: string | undefined;

  private constructor(options: DefaultModelOptions, chosen: string | undefined, previous: string | undefined) {
    this.#options = options;
    this.#chosen = chosen;
    this.#previous = previous;
  }

  static async open(options: DefaultModelOptions): Promise<DefaultModel> {
    const stored = await options.store.all();
    return new DefaultModel(options, nameIn(stored[DEFAULT]), nameIn(stored[PREVIOUS]));
  }

  /** The model to start with, in the form of the setting `model`; undefined: that of the settings. */
  get chosen(): string | undefined {
    const { model, models, kserve } = this.#options.given;
    if (model !== undefined || kserve.url !== undefined || this.#chosen === undefined) return undefined;
    return models.find((source) => modelName(source) === this.#chosen) ?? this.#chosen;
  }

  /** Name of the default before this one. */
  get previous(): string | undefined {
    return this.#previous;
  }

  /** @throws LookoutError `storage_failed` */
  async changed(name: string, before: string): Promise<void> {
    this.#previous = before;
    await this.#options.store.change({ [DEFAULT]: JSON.stringify(name), [PREVIOUS]: JSON.stringify(before) });
  }
}

function nameIn(text: string | undefined): string | undefined {
  try {
    return Name.safeParse(JSON.parse(text ?? 'null')).data;
  } catch {
    // What is stored is no name: as if nothing was.
    return undefined;
  }
}
