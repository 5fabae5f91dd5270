/** Width of a bin: an eighth of a logit changes the odds by 13 %. */
const BIN = 1 / 8;
/** Scores beyond ±64 logits count as ±64: odds of 10^27. */
const LIMIT = 64;
const BINS = (2 * LIMIT) / BIN;

/** Output of `ScoreSketch.toJSON`: the number of scores in each non-empty bin. */
export type StoredSketch = readonly (readonly [bin: number, count: number])[];

/**
 * Counts scores in bins of an eighth of a logit, so that quantiles and rates of any number of scores take 4 kB. As logits are bounded here,
 * plain bins are exact in the tail too, where digests of unbounded values approximate.
 */
export class ScoreSketch {
  readonly #counts = new Uint32Array(BINS);
  #n = 0;

  /** @throws RangeError if it is not output of `toJSON` */
  static from(stored: StoredSketch): ScoreSketch {
    const sketch = new ScoreSketch();
    for (const [bin, count] of stored) {
      const fits = Number.isInteger(bin) && bin >= 0 && bin < BINS && Number.isInteger(count) && count > 0;
      if (!fits) throw new RangeError(`Expected bins of a score sketch, got [${bin}, ${count}]`);
      sketch.#counts[bin]! += count;
      sketch.#n += count;
    }
    return sketch;
  }

  /** Number of scores. */
  get n(): number {
    return this.#n;
  }

  /** @param score logits, finite */
  add(score: number): void {
    this.#counts[binOf(score)]!++;
    this.#n++;
  }

  /** Lowest bin edge with at least this share of the scores below it. @param share 0..1. @returns undefined if it is empty */
  quantile(share: number): number | undefined {
    if (this.#n === 0) return undefined;
    const wanted = Math.max(1, Math.ceil(share * this.#n));
    let below = 0;
    for (let bin = 0; bin < BINS; bin++) {
      below += this.#counts[bin]!;
      if (below >= wanted) return upperEdge(bin);
    }
    return LIMIT;
  }

  /** Number of scores above a threshold; unless it is a bin edge, as from `quantile`, all scores in its bin count as above. */
  countAbove(threshold: number): number {
    let above = 0;
    for (let bin = BINS - 1; bin >= 0 && upperEdge(bin) > threshold; bin--) above += this.#counts[bin]!;
    return above;
  }

  /** Mean excess of the scores above a threshold, logits; undefined if there are none. */
  meanExcess(threshold: number): number | undefined {
    let above = 0;
    let excess = 0;
    for (let bin = BINS - 1; bin >= 0 && upperEdge(bin) > threshold; bin--) {
      above += this.#counts[bin]!;
      excess += this.#counts[bin]! * (upperEdge(bin) - BIN / 2 - threshold);
    }
    return above === 0 ? undefined : excess / above;
  }

  toJSON(): StoredSketch {
    return Array.from(this.#counts, (count, bin) => [bin, count] as const).filter(([, count]) => count > 0);
  }
}

const binOf = (score: number) => Math.min(BINS - 1, Math.max(0, Math.floor((score + LIMIT) / BIN)));
const upperEdge = (bin: number) => (bin + 1) * BIN - LIMIT;
