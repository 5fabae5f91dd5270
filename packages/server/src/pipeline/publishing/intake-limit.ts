/**
 * The most frames a second that are looked at, as a bucket of tokens: lasting at `perSecond`, and some at once, as a network
 * that stood still for a moment delivers them together. Excess frames are rejected in O(1).
 */
export class IntakeLimit {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #refilledMs = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number, burst: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
  }

  take(nowMs: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#refilledMs) * this.#perMs);
    this.#refilledMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
