/** Connections that were let in by something that may end, by what that is. */
export class Holders {
  readonly #ends = new Map<string, Set<() => void>>();

  /** Calls `end` when what let the connection in has ended. @returns takes it back, idempotent. */
  hold(id: string, end: () => void): () => void {
    const ends = this.#ends.get(id) ?? new Set();
    ends.add(end);
    this.#ends.set(id, ends);
    return () => {
      ends.delete(end);
      if (ends.size === 0 && this.#ends.get(id) === ends) this.#ends.delete(id);
    };
  }

  /** Ends all connections that `id` let in, once. */
  end(id: string): void {
    const ends = this.#ends.get(id);
    this.#ends.delete(id);
    for (const end of ends ?? []) end();
  }

  /** What has let connections in that are open now. */
  get ids(): readonly string[] {
    return [...this.#ends.keys()];
  }
}
