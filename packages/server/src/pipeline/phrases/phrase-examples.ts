import type { Exemplars } from '@lookout/vision';
import type { KeptExample } from '../../platform/storage/index.js';

/** An example as one model sees it. */
export interface EmbeddedExample extends Omit<KeptExample, 'picture'> {
  /** L2-normalised. */
  readonly vector: Float32Array;
}

/** More positive ones would have to be compared with every crop. */
export const MAX_POSITIVES = 16;
/** The newest count; older ones are dropped. */
export const MAX_NEGATIVES = 32;

/** The examples of one phrase, oldest first. Never changed: a change makes another. */
export class PhraseExamples {
  readonly #negatives: readonly Float32Array[];

  constructor(readonly all: readonly EmbeddedExample[] = []) {
    this.#negatives = all.filter(({ is_positive }) => !is_positive).map(({ vector }) => vector);
  }

  positives(): Float32Array[] {
    return this.all.filter(({ is_positive }) => is_positive).map(({ vector }) => vector);
  }

  positiveIds(): ReadonlySet<string> {
    return new Set(this.all.filter(({ is_positive }) => is_positive).map(({ id }) => id));
  }

  /** Whether each positive one is among these. */
  areWithin(known: ReadonlySet<string>): boolean {
    return this.all.every(({ is_positive, id }) => !is_positive || known.has(id));
  }

  /** What a crop is compared with: the positive ones that are known to the background, and all negative ones, as they only lower scores. */
  exemplars(known: ReadonlySet<string> | undefined): Exemplars {
    const positives = this.all.filter(({ is_positive, id }) => is_positive && known?.has(id));
    return { positives: positives.map(({ vector }) => vector), negatives: this.#negatives };
  }
}
