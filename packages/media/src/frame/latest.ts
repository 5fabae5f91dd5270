/**
 * A slot for the newest value: the only thing that ever stands between two stages. Putting a value replaces the one that
 * waits; the replaced one is handed to `onReplaced` to be counted and released.
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

  /** The waiting value, left in place. */
  peek(): T | undefined {
    return this.#value;
  }

  /** Takes the waiting value out; `undefined` when none waits. */
  take(): T | undefined {
    const value = this.#value;
    this.#value = undefined;
    return value;
  }
}
