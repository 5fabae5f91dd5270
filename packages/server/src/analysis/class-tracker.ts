import { isDeepStrictEqual } from 'node:util';
import type { Tracker } from '@lookout/vision';

/**
 * The tracker of one camera or session, through changes of model: tracks end where the new model has other classes, whose ids mean
 * other things. Track ids go on, and none is used again.
 */
export class ClassTracker {
  readonly #tracker: Tracker;
  #classNames: readonly string[] | undefined;

  constructor(tracker: Tracker) {
    this.#tracker = tracker;
  }

  /** @param classNames of the model whose detections come next. */
  of(classNames: readonly string[]): Tracker {
    if (this.#classNames !== classNames) {
      if (!isDeepStrictEqual(this.#classNames, classNames)) this.#tracker.forget();
      this.#classNames = classNames;
    }
    return this.#tracker;
  }

  /** Ends all tracks. */
  forget(): void {
    this.#tracker.forget();
  }
}
