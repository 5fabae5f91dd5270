export interface RingEvent {
  /** Running number, from 1. */
  id: number;
  text: string;
}

/** The last events of a session, for readers that come late or come back. Bounded by count and by length; the oldest goes first. */
export class EventRing {
  readonly #events: RingEvent[] = [];
  readonly #maxEvents: number;
  readonly #maxCharacters: number;
  #characters = 0;
  #lastId = 0;

  constructor({ maxEvents = 256, maxCharacters = 512 * 1024 } = {}) {
    this.#maxEvents = maxEvents;
    this.#maxCharacters = maxCharacters;
  }

  /** Number of the newest event; 0: there was none yet. */
  get lastId(): number {
    return this.#lastId;
  }

  push(text: string): void {
    this.#events.push({ id: ++this.#lastId, text });
    this.#characters += text.length;
    // The newest stays, however long it is.
    while (
      this.#events.length > this.#maxEvents ||
      (this.#characters > this.#maxCharacters && this.#events.length > 1)
    ) {
      this.#characters -= this.#events.shift()!.text.length;
    }
  }

  /** The first event after `id` that is still there, and how many before it are gone. */
  after(id: number): { event: RingEvent; lost: number } | undefined {
    const first = this.#events[0];
    if (first === undefined || id >= this.#lastId) return undefined;
    const index = Math.max(0, id + 1 - first.id);
    const event = this.#events[index]!;
    return { event, lost: event.id - id - 1 };
  }
}
