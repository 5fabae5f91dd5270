import { seededRandom } from '@lookout/media/testing';

/** Choices that are the same for the same seed. */
export class Random {
  readonly #below: (below: number) => number;

  constructor(seed: number) {
    this.#below = seededRandom(seed);
  }

  /** 0 up to `below` − 1. */
  below(below: number): number {
    return this.#below(below);
  }

  /** min up to max, both possible. */
  integer(min: number, max: number): number {
    return min + this.#below(Math.max(1, max - min + 1));
  }

  fraction(): number {
    return this.#below(2 ** 30) / 2 ** 30;
  }

  chance(share: number): boolean {
    return this.fraction() < share;
  }

  /** @throws RangeError of an empty list */
  pick<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new RangeError('Expected something to choose from, got nothing');
    return choices[this.#below(choices.length)] as T;
  }

  /** One of these, made only when it is chosen. */
  make<T>(makers: readonly (() => T)[]): T {
    return this.pick(makers)();
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.#below(256)));
  }
}
