/** Evidence at which a border counts as passed: the sum of distances beyond it, in standard deviations. */
const ENOUGH_EVIDENCE = 5;
/** Standard deviations subtracted from each observation, so that noise around the border adds up to nothing. */
const ALLOWANCE = 0.35;
/** Evidence for the initial side: less, as a wrong one is corrected by later evidence. */
const SETTLING_EVIDENCE = 3;
/** Observations at shorter intervals weigh less, ms: their errors are correlated. */
const FULL_WEIGHT_MS = 100;

/** The two sides of a border; 0: not yet known. */
export type Side = -1 | 0 | 1;

/**
 * Decides on which side of a border a noisy point is, by accumulating evidence (a CUSUM test; Page, "Continuous inspection schemes", 1954).
 * A steady box passes the border at once; a jittering box that stands at the border does not pass it back and forth.
 */
export class SideEvidence {
  side: Side = 0;
  /** Since when the point has been on its side, steady time. */
  sinceMs = Number.NaN;
  /** When the evidence for the other side began. */
  #candidateMs = 0;
  #evidence = 0;
  readonly #margin: number;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** @param margin minimum distance beyond the border, in box heights. */
  constructor(margin: number) {
    this.#margin = margin;
  }

  /**
   * @param distance from the border, in box heights, positive on side 1.
   * @param noise standard deviation of `distance`, in box heights, above 0.
   * @returns whether the side changed or became known.
   */
  observe(distance: number, noise: number, nowMs: number): boolean {
    const weight = Math.min(1, (nowMs - this.#lastMs) / FULL_WEIGHT_MS);
    this.#lastMs = nowMs;
    return this.side === 0 ? this.#settle(distance, noise, weight, nowMs) : this.#watch(distance, noise, weight, nowMs);
  }

  /** Sets the side without evidence. */
  set(side: Side, sinceMs: number): void {
    this.side = side;
    this.sinceMs = sinceMs;
    this.#evidence = 0;
  }

  #settle(distance: number, noise: number, weight: number, nowMs: number): boolean {
    if (Number.isNaN(this.sinceMs)) this.sinceMs = nowMs;
    const beyond = Math.max(0, Math.abs(distance) - this.#margin) * Math.sign(distance);
    this.#evidence += clamp((weight * beyond) / noise);
    if (Math.abs(this.#evidence) < SETTLING_EVIDENCE) return false;
    this.side = this.#evidence > 0 ? 1 : -1;
    this.#evidence = 0;
    return true;
  }

  #watch(distance: number, noise: number, weight: number, nowMs: number): boolean {
    const beyond = -this.side * distance - this.#margin;
    const evidence = Math.max(0, this.#evidence + clamp(weight * (beyond / noise - ALLOWANCE)));
    if (this.#evidence === 0 && evidence > 0) this.#candidateMs = nowMs;
    this.#evidence = evidence;
    if (evidence < ENOUGH_EVIDENCE) return false;
    this.side = this.side === 1 ? -1 : 1;
    this.sinceMs = this.#candidateMs;
    this.#evidence = 0;
    return true;
  }
}

function clamp(evidence: number): number {
  return Math.min(ENOUGH_EVIDENCE, Math.max(-ENOUGH_EVIDENCE, evidence));
}
