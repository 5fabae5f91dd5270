import {
  type CatalogueModel,
  LookoutError,
  type Model,
  type ModelServer,
  type ModelSpeed,
  type TaskModelChoice,
} from '@lookout/protocol';
import type { ModelInfo, OtherTask } from '@lookout/vision';
import { type ChosenModels, OTHER_TASKS, PURPOSES } from './chosen-models.js';
import type { DefaultModel } from './default-model.js';
import { describeTaskModel } from './describe-model.js';
import type { ModelDownloads } from './model-downloads.js';
import type { ModelFiles } from './model-files.js';
import type { ModelLibrary } from './model-library.js';
import type { ModelSpeeds } from './model-speeds.js';

export interface ModelAdministrationOptions {
  readonly library: Pick<ModelLibrary, 'list' | 'load' | 'unload' | 'acquire' | 'current' | 'servers'>;
  readonly files: Pick<ModelFiles, 'list' | 'find' | 'findAny' | 'isRemovable' | 'remove'>;
  readonly downloads: Pick<ModelDownloads, 'list' | 'start' | 'stop'>;
  readonly speeds: Pick<ModelSpeeds, 'of' | 'measure'>;
  readonly defaults: Pick<DefaultModel, 'previous' | 'changed'>;
  /** The models for other tasks. */
  readonly others: Pick<ChosenModels, 'list' | 'of' | 'choice' | 'isGiven' | 'choose' | 'refresh'>;
  /** Runs a loaded model once. @returns the milliseconds it took */
  runOnce(model: ModelInfo): Promise<number>;
}

/** Tasks that rules with phrases need. */
const PHRASE_TASKS = ['embed', 'open-detect'] as const satisfies readonly OtherTask[];

/** What an owner does with models: choose, measure, download, remove. */
export class ModelAdministration {
  readonly #options: ModelAdministrationOptions;
  /** Number of rules with a phrase. */
  phraseRules: () => number = () => 0;

  constructor(options: ModelAdministrationOptions) {
    this.#options = options;
  }

  /** All available models, the default first, with what is known of their files. */
  async list(): Promise<Model[]> {
    const { library, files, speeds, defaults, others } = this.#options;
    const [models, known] = await Promise.all([library.list(), files.list(), others.refresh()]);
    const isOther = (name: string) => others.list().some((other) => other.name === name);
    const detectors = models.flatMap((model) => {
      // A model for another task; one that does both is listed for both.
      if (model.unusable !== undefined && isOther(model.name)) return [];
      const file = known.find(({ name }) => name === model.name);
      // One of another server, or one whose file was removed.
      if (!file) return model.loaded ? [model] : [];
      const speed = speeds.of(file);
      return [
        {
          ...model,
          ...(file.bytes > 0 && { bytes: file.bytes }),
          ...(speed && { speed }),
          ...(defaults.previous === model.name && !model.default && { previous: true }),
          removable: !model.default && files.isRemovable(file),
        },
      ];
    });
    const chosen = OTHER_TASKS.map((task) => others.of(task)?.name);
    return [...detectors, ...others.list().map((other) => describeTaskModel(other, chosen.includes(other.name)))];
  }

  /** The model used by each of the other tasks. */
  async tasks(): Promise<TaskModelChoice[]> {
    await this.#options.others.refresh();
    return OTHER_TASKS.map((task) => this.#choiceOf(task));
  }

  /** See `ChosenModels.choose`. */
  async choose(task: OtherTask, choice: string): Promise<TaskModelChoice> {
    const { others } = this.#options;
    // The model may have just been added.
    await others.refresh();
    await others.choose(task, choice);
    return this.#choiceOf(task);
  }

  #choiceOf(task: OtherTask): TaskModelChoice {
    const { others } = this.#options;
    const model = others.of(task)?.name;
    return {
      ...{ task, choice: others.choice(task), changeable: !others.isGiven(task) },
      ...(model !== undefined && { model }),
    };
  }

  /** See `ModelLibrary.load`. A new default is kept for the next start. */
  async load(name: string, { asDefault = false } = {}): Promise<Model> {
    const { library, defaults, others } = this.#options;
    const other = others.list().find((one) => one.name === name);
    if (other?.ok && (await this.#options.files.findAny(name)).isFolder) {
      throw new LookoutError('conflict', `${name} ${PURPOSES[other.info.task]}, and is loaded on demand`, {
        hint: 'Choose it with PUT /api/models/tasks, or under Settings, Models.',
      });
    }
    const before = library.current.name;
    const model = await library.load(name, { asDefault });
    if (asDefault && before !== name) await defaults.changed(name, before);
    return model;
  }

  /** See `ModelLibrary.unload`. */
  unload(name: string): Promise<void> {
    return this.#options.library.unload(name);
  }

  /** Returns to the default before this one, which can be undone in the same way. @throws LookoutError `conflict` if there is none */
  async rollBack(): Promise<Model> {
    const { previous } = this.#options.defaults;
    if (previous === undefined || previous === this.#options.library.current.name) {
      throw new LookoutError('conflict', 'There is no default model before this one');
    }
    return this.load(previous, { asDefault: true });
  }

  /** Runs a model for a moment, loading it if necessary. @throws LookoutError why it can't run; `too_many_requests` */
  async measure(name: string): Promise<ModelSpeed> {
    const { library, files, speeds, runOnce } = this.#options;
    const file = await files.find(name);
    const hold = await library.acquire(name);
    try {
      const device = (await library.list()).find((model) => model.name === name)?.device ?? 'cpu';
      return await speeds.measure(file, device, () => runOnce(hold.model));
    } finally {
      hold.release();
    }
  }

  catalogue(): Promise<CatalogueModel[]> {
    return this.#options.downloads.list();
  }

  /** The other servers that run the default model; none if it runs here. */
  servers(): ModelServer[] {
    const states = this.#options.library.servers?.states() ?? [];
    return states.map(({ away, ...server }) =>
      away === undefined ? { ...server, state: 'up' } : { ...server, state: 'away', reason: away },
    );
  }

  /** See `ModelDownloads.start`. */
  pull(name: string, options?: { acceptLicence: boolean }): Promise<CatalogueModel> {
    return this.#options.downloads.start(name, options);
  }

  stopPull(name: string): void {
    this.#options.downloads.stop(name);
  }

  /**
   * Unloads a model and removes its file or folder. A task that used it falls back to another installed one, or to none.
   * @throws LookoutError `model_not_found`; `conflict` for the default, one in use, and one that the settings name
   */
  async remove(name: string): Promise<void> {
    const { library, files, others } = this.#options;
    const file = await files.findAny(name);
    this.#refuseNeeded(name);
    const named = OTHER_TASKS.some((task) => others.isGiven(task) && others.choice(task) === name);
    if (named || !files.isRemovable(file)) {
      throw new LookoutError('conflict', `${name} can’t be removed: it is built in, or the settings name it`, {
        hint: 'Take it out of the settings first.',
      });
    }
    if (!file.isFolder) await library.unload(name);
    try {
      await files.remove(file);
    } catch (cause) {
      throw new LookoutError('storage_failed', `Can’t remove the model ${name}: ${(cause as Error).message}`, {
        cause,
      });
    }
    await others.refresh();
  }

  /** @throws LookoutError `conflict` if rules with phrases use this model */
  #refuseNeeded(name: string): void {
    const { others } = this.#options;
    const task = PHRASE_TASKS.find((one) => others.of(one)?.name === name);
    const count = this.phraseRules();
    if (task === undefined || count === 0) return;
    const rules = count === 1 ? '1 rule looks' : `${count} rules look`;
    throw new LookoutError('conflict', `${name} is in use: ${rules} for a description`, {
      hint: 'Choose another model or none under Settings, Models, or remove these rules, and try again.',
    });
  }
}
