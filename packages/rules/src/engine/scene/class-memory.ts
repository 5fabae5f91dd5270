/** Half-life of a vote, ms. */
const FADE_MS = 2000;
/** Another class must lead by this factor to take over, so that a box that flickers between two classes keeps its class. */
const LEAD = 1.4;
/** Votes for the first class: objects are confirmed by several detections. */
const INITIAL_VOTES = 3;
/** Classes with fewer votes are forgotten. */
const MIN_VOTES = 0.01;
const MAX_CLASSES = 4;

/** The class of an object by vote of its reports, which may flicker. */
export class ClassMemory {
  name: string;
  readonly #votes = new Map<string, number>();

  constructor(name: string) {
    this.name = name;
    this.#votes.set(name, INITIAL_VOTES);
  }

  /** @param elapsedMs since the last observation. */
  observe(name: string, elapsedMs: number): void {
    const fade = 2 ** (-elapsedMs / FADE_MS);
    for (const [other, votes] of this.#votes) this.#votes.set(other, votes * fade);
    if (this.#votes.has(name) || this.#votes.size < MAX_CLASSES) {
      this.#votes.set(name, (this.#votes.get(name) ?? 0) + 1);
    }
    this.#forgetOld();
    const votes = this.#votes.get(name) ?? 0;
    if (name !== this.name && votes > LEAD * (this.#votes.get(this.name) ?? 0)) this.name = name;
  }

  /** Whether it was recently reported as this class. */
  isKnownAs(name: string): boolean {
    return this.#votes.has(name);
  }

  #forgetOld(): void {
    for (const [name, votes] of this.#votes) if (votes < MIN_VOTES && name !== this.name) this.#votes.delete(name);
  }
}
