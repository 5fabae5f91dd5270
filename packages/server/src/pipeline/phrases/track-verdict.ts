import type { PhrasedSubject } from '@lookout/rules';

/** The newest looks decide, so that one blurred or half-hidden crop changes nothing. */
const LOOKS = 3;
/** Minimum duration of absence: a head may be turned away. */
const ABSENT_MS = 2000;
/** Time until an apparent absence is checked again. */
const AGAIN_MS = 1000;

/**
 * Whether an object matches a phrase, by its newest looks. Presence: any of the last three fires. Absence: three in a row fire, over at
 * least two seconds, and until two of the last three say otherwise.
 */
export class TrackVerdict {
  readonly #polarity: NonNullable<PhrasedSubject['polarity']>;
  /** Whether each of the newest looks fired. */
  #looks: boolean[] = [];
  /** Looks that have fired in a row. */
  #run = { count: 0, sinceMs: 0 };
  #fulfils = false;

  constructor(polarity: NonNullable<PhrasedSubject['polarity']>) {
    this.#polarity = polarity;
  }

  get fulfils(): boolean {
    return this.#fulfils;
  }

  /** @returns delay until the next look, ms; undefined: any */
  add(fires: boolean, atMs: number): number | undefined {
    this.#looks = [...this.#looks.slice(1 - LOOKS), fires];
    if (!fires) this.#run = { count: 0, sinceMs: atMs };
    else if (this.#run.count++ === 0) this.#run.sinceMs = atMs;
    const firing = this.#looks.filter(Boolean).length;
    if (this.#polarity === 'present') {
      this.#fulfils = firing > 0;
      return undefined;
    }
    const isCertain = this.#run.count >= LOOKS && atMs - this.#run.sinceMs >= ABSENT_MS;
    this.#fulfils = isCertain || (this.#fulfils && firing > LOOKS / 2);
    return fires && !this.#fulfils ? AGAIN_MS : undefined;
  }
}
