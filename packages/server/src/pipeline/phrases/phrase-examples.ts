import type { Exemplars } from '@lookout/vision';
import type { KeptExample } from '../../platform/storage/index.js';

/** An example embedded by one model. */
export interface EmbeddedExample extends Omit<KeptExample, 'picture'> {
  /** L2-normalised. */
  readonly vector: Float32Array;
}

/** Every crop is compared with each of them. */
export const MAX_POSITIVES = 16;
/** Only the newest are kept. */
export const MAX_NEGATIVES = 32;

/** The examples of one phrase, oldest first. Immutable. */
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

  /** Whether all positive examples are among these ids. */
  areWithin(known: ReadonlySet<string>): boolean {
    return this.all.every(({ is_positive, id }) => !is_positive || known.has(id));
  }

  /** Exemplars for a crop: the positive ones that the background was learned with, and all negative ones, as they only lower scores. */
  exemplars(known: ReadonlySet<string> | undefined): Exemplars {
    const positives = this.all.filter(({ is_positive, id }) => is_positive && known?.has(id));
    return { positives: positives.map(({ vector }) => vector), negatives: this.#negatives };
  }
}
