import type { PhrasedSubject } from '@lookout/rules';

/** The newest looks decide: one blurred or half-hidden crop among them changes nothing. */
const LOOKS = 3;
/** What is absent must be so for a while: a head may be turned away. */
const ABSENT_MS = 2000;
/** An object that looks as if something were absent is looked at again this soon. */
const AGAIN_MS = 1000;

/**
 * Whether an object is as a phrase says, by its newest looks. Presence: the best of three. Absence: three in a row, over two seconds, and until
 * two of three say otherwise.
 */
export class TrackVerdict {
  readonly #polarity: NonNullable<PhrasedSubject['polarity']>;
  /** Whether each of the newest looks fired. */
  #looks: boolean[] = [];
  /** Of the looks that have fired in a row. */
  #run = { count: 0, sinceMs: 0 };
  #fulfils = false;

  constructor(polarity: NonNullable<PhrasedSubject['polarity']>) {
    this.#polarity = polarity;
  }

  get fulfils(): boolean {
    return this.#fulfils;
  }

  /** @returns after how long to look again, ms; undefined: whenever */
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
