/**
 * Runs asynchronous changes one at a time, in the order they were asked for: for those that read a copy in memory, store a
 * change, and then change the copy.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** @returns what `work` returns; a failure does not stop the next ones */
  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
