import type { Detection } from '@lookout/protocol';

/** The class changes only once another has this many times its votes: one that is seen half the time never takes over. */
const LEAD = 2;

/** Votes assumed for a class never seen on this object, as detectors occasionally get the class wrong. */
const PRIOR_VOTES = 0.001;

type DetectionClass = Pick<Detection, 'class_id' | 'class_name'>;

interface Tally extends DetectionClass {
  votes: number;
}

/** The class of one object: every detection of it votes with its score, for as long as the object is tracked. */
export class ClassVotes {
  readonly #tallies: Tally[] = [];
  #winner: Tally;

  constructor(first: Detection) {
    this.#winner = this.#tallyOf(first);
    this.add(first);
  }

  get winner(): Readonly<DetectionClass> {
    return this.#winner;
  }

  add(detection: Detection): void {
    const tally = this.#tallyOf(detection);
    tally.votes += detection.confidence;
    if (tally.votes > LEAD * this.#winner.votes) this.#winner = tally;
  }

  /**
   * How surprising a class is for this object, in squared deviations: −2 ln of its share of the votes against the winner's.
   * 0 for the winner, low for a class it is often mistaken for, high for one it was never mistaken for.
   */
  surprise(classId: number): number {
    if (classId === this.#winner.class_id) return 0;
    const votes = this.#tallies.find(({ class_id }) => class_id === classId)?.votes ?? 0;
    return Math.max(0, 2 * Math.log((this.#winner.votes + PRIOR_VOTES) / (votes + PRIOR_VOTES)));
  }

  #tallyOf({ class_id, class_name }: Detection): Tally {
    const known = this.#tallies.find((tally) => tally.class_id === class_id);
    if (known) return known;
    const tally = { class_id, class_name, votes: 0 };
    this.#tallies.push(tally);
    return tally;
  }
}
