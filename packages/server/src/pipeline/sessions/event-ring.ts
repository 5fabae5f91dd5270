export interface RingEvent {
  /** Sequence number, starting at 1. */
  id: number;
  text: string;
}

/**
 * The latest events of a session, for readers that connect late or reconnect. Limited by count and length; the oldest are dropped
 * first.
 */
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

  /** Id of the newest event; 0 if there was none. */
  get lastId(): number {
    return this.#lastId;
  }

  push(text: string): void {
    this.#events.push({ id: ++this.#lastId, text });
    this.#characters += text.length;
    // The newest event stays, however long it is.
    while (
      this.#events.length > this.#maxEvents ||
      (this.#characters > this.#maxCharacters && this.#events.length > 1)
    ) {
      this.#characters -= this.#events.shift()!.text.length;
    }
  }

  /** The first available event after `id`, and the number of lost events before it. */
  after(id: number): { event: RingEvent; lost: number } | undefined {
    const first = this.#events[0];
    if (first === undefined || id >= this.#lastId) return undefined;
    const index = Math.max(0, id + 1 - first.id);
    const event = this.#events[index]!;
    return { event, lost: event.id - id - 1 };
  }
}
