import type { Detection } from '@lookout/protocol';
import { mayBeTheSame } from './class-families.js';

/** The class changes only once another has this many times its votes: one that is seen half the time never takes over. */
const LEAD = 2;

/** Votes assumed for a class never seen on this object, as detectors occasionally get the class wrong. */
const PRIOR_VOTES = 0.001;

/** Highest surprise of a class that is often confused with this one, as at dusk, after any time without confusion. */
const MAX_FAMILY_SURPRISE = 8;

type DetectionClass = Pick<Detection, 'class_id' | 'class_name'>;
type Vote = DetectionClass & Pick<Detection, 'confidence'>;

interface Tally extends DetectionClass {
  votes: number;
}

/** The class of one object: every detection of it votes with its score, for as long as the object is tracked. */
export class ClassVotes {
  readonly #tallies: Tally[] = [];
  #winner: Tally;

  constructor(first: Vote) {
    this.#winner = this.#tallyOf(first);
    this.add(first);
  }

  get winner(): Readonly<DetectionClass> {
    return this.#winner;
  }

  add(detection: Vote): void {
    const tally = this.#tallyOf(detection);
    tally.votes += detection.confidence;
    if (tally.votes > LEAD * this.#winner.votes) this.#winner = tally;
  }

  /** Adds the votes of what turned out to be the same object. */
  merge(other: ClassVotes): void {
    for (const { class_id, class_name, votes } of other.#tallies) this.add({ class_id, class_name, confidence: votes });
  }

  /**
   * How surprising a class is for this object, in squared deviations: −2 ln of its share of the votes against the winner's.
   * 0 for the winner, low for a class it is often mistaken for, high for one it was never mistaken for.
   */
  surprise({ class_id, class_name }: DetectionClass): number {
    const winner = this.#winner;
    if (class_id === winner.class_id) return 0;
    const votes = this.#tallies.find((tally) => tally.class_id === class_id)?.votes ?? 0;
    const surprise = Math.max(0, 2 * Math.log((winner.votes + PRIOR_VOTES) / (votes + PRIOR_VOTES)));
    return mayBeTheSame(class_name, winner.class_name) ? Math.min(surprise, MAX_FAMILY_SURPRISE) : surprise;
  }

  #tallyOf({ class_id, class_name }: DetectionClass): Tally {
    const known = this.#tallies.find((tally) => tally.class_id === class_id);
    if (known) return known;
    const tally = { class_id, class_name, votes: 0 };
    this.#tallies.push(tally);
    return tally;
  }
}
