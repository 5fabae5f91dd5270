import { LookoutError } from '@lookout/protocol/core';
import type { Embedder, OpenDetector, OtherTask, Segmenter, TaskModelInfo } from '@lookout/vision';
import { openEmbedder, openSegmenter, openVocabularyDetector } from '@lookout/vision/tasks';

/** Type of an open model, by task. */
interface OpenByTask {
  embed: Embedder;
  'open-detect': OpenDetector;
  segment: Segmenter;
}
type Openable = keyof OpenByTask;

const OPENERS: { [T in Openable]: (model: TaskModelInfo, options: { threads: number }) => Promise<OpenByTask[T]> } = {
  embed: openEmbedder,
  'open-detect': openVocabularyDetector,
  segment: openSegmenter,
};

export interface OpenedModelsOptions {
  readonly threads: number;
  onOpening(model: string): void;
  onOpened(model: string): void;
}

/** The thread's models, each opened when a job first needs it. */
export class OpenedModels {
  readonly #options: OpenedModelsOptions;
  readonly #chosen = new Map<OtherTask, TaskModelInfo>();
  readonly #open = new Map<OtherTask, OpenByTask[Openable]>();

  constructor(options: OpenedModelsOptions) {
    this.#options = options;
  }

  /** Sets the model of a task, or none. The previous one is closed. */
  async use(task: OtherTask, model: TaskModelInfo | undefined): Promise<void> {
    if (this.#chosen.get(task)?.sha256 === model?.sha256) return;
    if (model) this.#chosen.set(task, model);
    else this.#chosen.delete(task);
    const open = this.#open.get(task);
    this.#open.delete(task);
    await open?.close();
  }

  /** @throws LookoutError `no_model_for_this`, and errors from opening the model */
  async get<T extends Openable>(task: T): Promise<OpenByTask[T]> {
    const known = this.#open.get(task);
    if (known) return known as OpenByTask[T];
    const model = this.#chosen.get(task);
    if (!model) throw new LookoutError('no_model_for_this', 'The model for this task was removed');
    this.#options.onOpening(model.name);
    const open = await OPENERS[task](model, { threads: this.#options.threads });
    this.#open.set(task, open);
    this.#options.onOpened(model.name);
    return open;
  }

  /** Frees the text encoders of all models. */
  async closeTexts(): Promise<void> {
    for (const open of this.#open.values()) if ('closeText' in open) await open.closeText();
  }

  async close(): Promise<void> {
    for (const [task, open] of [...this.#open]) {
      this.#open.delete(task);
      await open.close();
    }
  }
}
