/** Connections grouped by the key, user, session or link that admitted them. */
export class Holders {
  readonly #ends = new Map<string, Set<() => void>>();

  /** Calls `end` when `id` is revoked. @returns an idempotent function that cancels this */
  hold(id: string, end: () => void): () => void {
    const ends = this.#ends.get(id) ?? new Set();
    ends.add(end);
    this.#ends.set(id, ends);
    return () => {
      ends.delete(end);
      if (ends.size === 0 && this.#ends.get(id) === ends) this.#ends.delete(id);
    };
  }

  /** Ends all connections admitted by `id`, once each. */
  end(id: string): void {
    const ends = this.#ends.get(id);
    this.#ends.delete(id);
    for (const end of ends ?? []) end();
  }
}
