/**
 * A slot for the newest value, the only kind of queue between two stages. Putting a value replaces the waiting one, which is passed to
 * `onReplaced` to be counted and released.
 */
export class Latest<T> {
  #value: T | undefined;
  readonly #onReplaced: ((value: T) => void) | undefined;

  constructor(onReplaced?: (value: T) => void) {
    this.#onReplaced = onReplaced;
  }

  put(value: T): void {
    const replaced = this.#value;
    this.#value = value;
    if (replaced !== undefined) this.#onReplaced?.(replaced);
  }

  /** The waiting value, without taking it. */
  peek(): T | undefined {
    return this.#value;
  }

  /** Takes the waiting value; `undefined` if there is none. */
  take(): T | undefined {
    const value = this.#value;
    this.#value = undefined;
    return value;
  }
}
