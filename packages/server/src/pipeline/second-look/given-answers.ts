import type { Outcome } from './verified-event.js';

/** Answers kept; the oldest are dropped first. */
const MAX_ANSWERS = 1000;
/** How long an answer about a track is valid: what an object does may change, and an old no must not lower a new event. */
const HOLDS_MS = 5 * 60_000;

/** The model's answers about tracks, so that it is asked about each only once. */
export class GivenAnswers {
  readonly #answers = new Map<string, { outcome: Outcome; atMs: number }>();

  add(key: string, outcome: Outcome, nowMs: number): void {
    this.#answers.delete(key);
    this.#answers.set(key, { outcome, atMs: nowMs });
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= MAX_ANSWERS) break;
      this.#answers.delete(oldest);
    }
  }

  /** Undefined: no answer, or an expired one. */
  get(key: string, nowMs: number): Outcome | undefined {
    const given = this.#answers.get(key);
    return given && nowMs - given.atMs <= HOLDS_MS ? given.outcome : undefined;
  }
}
