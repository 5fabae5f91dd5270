/** Kinds of failures that are told in full. */
const MAX_SHOWN = 12;

/** What went wrong in a run: each kind once, with how often it came and the first case of it. */
export class Failures {
  readonly #kinds = new Map<string, { count: number; first: string }>();

  /** @param kind what is wrong @param example how it came about */
  add(kind: string, example: string): void {
    const known = this.#kinds.get(kind);
    if (known) known.count++;
    else this.#kinds.set(kind, { count: 1, first: example });
  }

  /** Empty where nothing failed. */
  get text(): string {
    const lines = [...this.#kinds].map(([kind, { count, first }]) => `${count} × ${kind}\n  ${first}`);
    const more = lines.length - MAX_SHOWN;
    return [...lines.slice(0, MAX_SHOWN), ...(more > 0 ? [`and ${more} more kinds`] : [])].join('\n');
  }
}
