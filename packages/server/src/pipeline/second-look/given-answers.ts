import type { Outcome } from './verified-event.js';

/** Answers that are remembered; the oldest go first. */
const MAX_ANSWERS = 1000;
/** For how long an answer about a track holds: what an object does may change, so that an old no must not lower a new event. */
const HOLDS_MS = 5 * 60_000;

/** What the model has said about tracks, so that each is asked about once. */
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

  /** Undefined: none, or none that still holds. */
  get(key: string, nowMs: number): Outcome | undefined {
    const given = this.#answers.get(key);
    return given && nowMs - given.atMs <= HOLDS_MS ? given.outcome : undefined;
  }
}
