/** The last `capacity` numbers. Memory is taken once and never grows. */
export class NumberRing {
  readonly #values: Float64Array;
  #next = 0;
  #length = 0;

  constructor(capacity: number) {
    if (!(Number.isInteger(capacity) && capacity > 0)) throw new RangeError(`Expected capacity ≥ 1, got ${capacity}`);
    this.#values = new Float64Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#values.length;
    if (this.#length < this.#values.length) this.#length++;
  }

  /** Oldest first, a copy. */
  toArray(): number[] {
    const capacity = this.#values.length;
    const first = (this.#next - this.#length + capacity) % capacity;
    return Array.from({ length: this.#length }, (_, i) => this.#values[(first + i) % capacity]!);
  }

  clear(): void {
    this.#next = 0;
    this.#length = 0;
  }
}
