import { isDeepStrictEqual } from 'node:util';
import { LookoutError } from '@lookout/protocol/core';
import type { OtherTask, TaskModelInfo } from '@lookout/vision';
import { z } from 'zod';
import type { Settings } from '../config/settings.js';
import type { SettingRepository } from '../storage/index.js';
import type { ReadTaskModel } from './read-task-models.js';

/** `auto`: the best one installed; `off`: none; or a name. */
export type ModelChoice = string;

export interface ChosenModelsOptions {
  readonly given: Pick<Settings, 'open_vocabulary'>;
  readonly store: SettingRepository;
  /** Reads all models for other tasks in the models folder. */
  read(): Promise<ReadTaskModel[]>;
  /** Preferred names, best first. */
  readonly preferred: readonly string[];
  onInvalid?(problem: { name: string; message: string }): void;
}

/** Setting and purpose of each task, and a model to start with. */
const TASKS: Readonly<
  Record<OtherTask, { setting: 'embed_model' | 'open_model' | 'segment_model'; purpose: string; pull: string }>
> = {
  embed: { setting: 'embed_model', purpose: 'compares words with pictures', pull: 'tinyclip-8m' },
  'open-detect': { setting: 'open_model', purpose: 'finds objects by description', pull: 'owlv2-base' },
  segment: { setting: 'segment_model', purpose: 'cuts out shapes', pull: 'efficientsam-ti' },
};
export const OTHER_TASKS = Object.keys(TASKS) as OtherTask[];
/** Purpose of each task's models, as the end of a sentence. */
export const PURPOSES: Readonly<Record<OtherTask, string>> = {
  embed: TASKS.embed.purpose,
  'open-detect': TASKS['open-detect'].purpose,
  segment: TASKS.segment.purpose,
};
const KEY = (task: OtherTask) => `models.${task}`;
const Choice = z.string().min(1).max(255);

/** The models for tasks other than class detection: which are installed, and which one each task uses. */
export class ChosenModels {
  readonly #options: ChosenModelsOptions;
  readonly #choices: Map<OtherTask, ModelChoice>;
  readonly #listeners = new Set<(task: OtherTask) => void>();
  #found: readonly ReadTaskModel[] = [];
  #refreshing: Promise<void> = Promise.resolve();
  readonly #current = new Map<OtherTask, TaskModelInfo>();

  private constructor(options: ChosenModelsOptions, choices: Map<OtherTask, ModelChoice>) {
    this.#options = options;
    this.#choices = choices;
  }

  static async open(options: ChosenModelsOptions): Promise<ChosenModels> {
    const stored = await options.store.all();
    const choices = new Map<OtherTask, ModelChoice>();
    for (const task of OTHER_TASKS) {
      const text = stored[KEY(task)];
      const choice = Choice.safeParse(text).data;
      if (choice !== undefined) choices.set(task, choice);
    }
    const models = new ChosenModels(options, choices);
    await models.refresh();
    return models;
  }

  /** The model of a task; undefined: there is none. */
  of(task: OtherTask): TaskModelInfo | undefined {
    return this.#current.get(task);
  }

  /** The choice for a task: `auto`, `off` or a name. The settings take precedence over the page. */
  choice(task: OtherTask): ModelChoice {
    const given = this.#options.given.open_vocabulary[TASKS[task].setting];
    return given ?? this.#choices.get(task) ?? 'auto';
  }

  /** Whether the settings fix the model of a task, so that it can't be chosen in the page. */
  isGiven(task: OtherTask): boolean {
    return this.#options.given.open_vocabulary[TASKS[task].setting] !== undefined;
  }

  /** All installed models for these tasks, including those that can't be used. */
  list(): readonly ReadTaskModel[] {
    return this.#found;
  }

  /** @returns the error for callers that need a model of this task */
  whyNone(task: OtherTask): LookoutError {
    const { purpose, pull } = TASKS[task];
    const choice = this.choice(task);
    if (choice === 'off') {
      return new LookoutError('no_model_for_this', `The model that ${purpose} is switched off`, {
        hint: 'Choose one under Settings, Models.',
      });
    }
    const message = `No model that ${purpose} is installed`;
    const named = choice === 'auto' ? '' : ` under the name ${choice.slice(0, 100)}`;
    return new LookoutError('no_model_for_this', message + named, {
      hint: `Download one: lookout models pull ${pull}, or in the page under Settings, Models.`,
    });
  }

  /**
   * Sets which model a task uses, and keeps that. @param choice `auto`, `off` or a name
   * @throws LookoutError `model_not_found`, `model_unsupported` for a model of another task, `conflict` if the settings say otherwise
   */
  async choose(task: OtherTask, choice: ModelChoice): Promise<void> {
    if (this.isGiven(task)) {
      throw new LookoutError('conflict', `open_vocabulary.${TASKS[task].setting} is set where the server is started`, {
        hint: 'Remove it there to choose in the page.',
      });
    }
    if (choice !== 'auto' && choice !== 'off') this.#find(choice, task);
    await this.#options.store.change({ [KEY(task)]: choice });
    this.#choices.set(task, choice);
    this.#update();
  }

  /** Looks for models that were added, changed or removed. Calls run one after another. */
  refresh(): Promise<void> {
    this.#refreshing = this.#refreshing.catch(() => undefined).then(() => this.#read());
    return this.#refreshing;
  }

  async #read(): Promise<void> {
    const before = this.#found;
    this.#found = await this.#options.read();
    for (const one of this.#found) {
      const isKnown = before.some((other) => isDeepStrictEqual(other, one));
      if (!one.ok && !isKnown) this.#options.onInvalid?.({ name: one.name, message: one.message });
    }
    this.#update();
  }

  /** @returns a function that ends it */
  onChange(listener: (task: OtherTask) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #update(): void {
    for (const task of OTHER_TASKS) {
      const before = this.#current.get(task);
      const model = this.#pick(task);
      if (model) this.#current.set(task, model);
      else this.#current.delete(task);
      if (before?.sha256 === model?.sha256) continue;
      for (const listener of this.#listeners) listener(task);
    }
  }

  #pick(task: OtherTask): TaskModelInfo | undefined {
    const choice = this.choice(task);
    if (choice === 'off') return undefined;
    const usable = this.#found.flatMap((one) => (one.ok && one.info.task === task ? [one.info] : []));
    if (choice !== 'auto') return usable.find(({ name }) => name === choice);
    const { preferred } = this.#options;
    const rank = ({ name }: TaskModelInfo) => (preferred.includes(name) ? preferred.indexOf(name) : preferred.length);
    return usable.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))[0];
  }

  #find(name: string, task: OtherTask): void {
    const found = this.#found.find((one) => one.name === name);
    if (!found) throw new LookoutError('model_not_found', `There is no model ${JSON.stringify(name.slice(0, 100))}`);
    if (!found.ok) throw new LookoutError('model_unsupported', found.message, found.hint ? { hint: found.hint } : {});
    if (found.info.task === task) return;
    const { purpose } = TASKS[found.info.task];
    throw new LookoutError('model_unsupported', `${name} is for something else: it ${purpose}`);
  }
}
