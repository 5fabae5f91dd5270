import type { ModelInfo } from '@lookout/vision';

/** Use of a model, which is not unloaded until all holds are released. */
export interface ModelHold {
  /** The model to use now; for the default, whichever it currently is. */
  readonly model: ModelInfo;
  /** Idempotent. */
  release(): void;
}

/** The default is never unloaded, so it needs no count. */
export class DefaultHold implements ModelHold {
  readonly #library: { readonly current: ModelInfo };

  constructor(library: { readonly current: ModelInfo }) {
    this.#library = library;
  }

  get model(): ModelInfo {
    return this.#library.current;
  }

  release(): void {}
}
