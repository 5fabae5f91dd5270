import type { RuleEvent } from '@lookout/protocol';
import type { EventRepository, KeptEvent, StoredChange } from '../../platform/storage/index.js';
import type { EventBus } from '../bus/event-bus.js';

export interface EventFeedOptions {
  store: Pick<EventRepository, 'changesAfter' | 'lastChange'>;
  bus: Pick<EventBus, 'emit'>;
  view(event: KeptEvent): RuleEvent;
  /** A change that this node or another has made, before it is told. */
  adopt(change: StoredChange): void;
}

const BATCH = 200;

/** Tells what happens to events of all nodes, in the order in which the database has numbered it. */
export class EventFeed {
  readonly #options: EventFeedOptions;
  #last = 0;
  #reading: Promise<void> | undefined;
  #hasMore = false;

  constructor(options: EventFeedOptions) {
    this.#options = options;
  }

  /** What happened before is not told; but removals, as far as they are remembered, are adopted, since this node may have pictures of those events. */
  async start(): Promise<void> {
    const { store, adopt } = this.#options;
    this.#last = await store.lastChange();
    for (let seq = 0; seq < this.#last; ) {
      const { changes } = await store.changesAfter(seq, BATCH);
      for (const change of changes) if (change.kind === 'deleted') adopt(change);
      seq = changes.at(-1)?.seq ?? this.#last;
    }
  }

  /** There may be changes. @throws LookoutError `storage_failed`; those are told the next time */
  async read(): Promise<void> {
    this.#hasMore = true;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  async #read(): Promise<void> {
    while (this.#hasMore) {
      this.#hasMore = false;
      const { changes } = await this.#options.store.changesAfter(this.#last, BATCH);
      for (const change of changes) this.#tell(change);
      if (changes.length === BATCH) this.#hasMore = true;
    }
  }

  #tell(change: StoredChange): void {
    const { bus, view, adopt } = this.#options;
    const { seq, kind, event, eventId, camera } = change;
    this.#last = seq;
    adopt(change);
    // Of one that was removed, nothing else is known.
    if (kind === 'deleted') bus.emit('event', { kind, seq, event: { id: eventId, camera } as RuleEvent });
    else if (event) bus.emit('event', { kind, seq, event: view(event) });
  }
}
