import { isDeepStrictEqual } from 'node:util';
import type { Tracker } from '@lookout/vision';

/** The tracker of one camera or session, begun anew where the model calls its classes otherwise: old tracks know nothing of those. */
export class ClassTracker {
  readonly #create: () => Tracker;
  #followed: { classNames: readonly string[]; tracker: Tracker } | undefined;

  constructor(create: () => Tracker) {
    this.#create = create;
  }

  /** @param classNames of the model whose detections come next. */
  of(classNames: readonly string[]): Tracker {
    const followed = this.#followed;
    if (followed?.classNames === classNames) return followed.tracker;
    const isSame = followed !== undefined && isDeepStrictEqual(followed.classNames, classNames);
    const tracker = isSame ? followed.tracker : this.#create();
    this.#followed = { classNames, tracker };
    return tracker;
  }

  /** Lets go of all tracks. */
  forget(): void {
    this.#followed = undefined;
  }
}
