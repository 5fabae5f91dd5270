/** A publisher that skips more numbers than this at once did not drop frames: it counts anew. */
const MAX_STEP = 1_000_000_000;
/** Where counting may begin: far enough below what numbers can hold to go on for ever. */
const MAX_FIRST = 2 ** 52;

/**
 * Numbers for whoever is sent frames, each greater than the one before: the publisher's own as long as they rise, so that gaps
 * show what was dropped; after one that went back, or leapt, moved up by whole numbers to go on where the last one was.
 */
export class FrameNumbers {
  #last: number;
  #isFirst = true;
  #shift = 0;

  /** @param least the least number to give. */
  constructor(least = 0) {
    this.#last = least - 1;
  }

  next(published: number): number {
    const number = published + this.#shift;
    const most = this.#isFirst ? MAX_FIRST : this.#last + MAX_STEP;
    if (number <= this.#last || number > most) this.#shift = this.#last + 1 - published;
    this.#isFirst = false;
    this.#last = published + this.#shift;
    return this.#last;
  }
}
