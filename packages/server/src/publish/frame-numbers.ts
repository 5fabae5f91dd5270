/** A publisher that skips more numbers than this at once did not drop frames: it counts anew. */
const maxStep = 1_000_000_000;

/**
 * Numbers for viewers, each greater than the one before: the publisher's own as long as they rise, so that gaps show what it
 * dropped; after one that went back, or leapt, moved up by whole numbers to go on where the last one was.
 */
export class FrameNumbers {
  #last: number;
  #shift = 0;

  /** @param first least number to give. */
  constructor(first: number) {
    this.#last = first - 1;
  }

  next(published: number): number {
    const number = published + this.#shift;
    if (number <= this.#last || number > this.#last + maxStep) this.#shift = this.#last + 1 - published;
    this.#last = published + this.#shift;
    return this.#last;
  }
}
