import type { EventRepository } from '../../platform/storage/index.js';

export interface RetentionOptions {
  store: Pick<EventRepository, 'oldest' | 'count'>;
  /** Removes an event with its snapshot. */
  remove(id: string): Promise<void>;
  /** Removes clips that ended before a time, Unix epoch ms. */
  removeClipsBefore(timeMs: number): Promise<void>;
  /** It can change: call `runSoon` then. */
  readonly maxAgeDays: number;
  /** Unix epoch ms. */
  now(): number;
  onFault(error: unknown): void;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

/** Events that are remembered, whatever their age: with fewer than a kilobyte each, 200 MB. */
const MAX_EVENTS = 200_000;
const DAY_MS = 86_400_000;
const INTERVAL_MS = 10 * 60_000;
/** Soon after the start, but not during it. */
const FIRST_MS = 30_000;
const BATCH = 100;

/** Removes events that are too old, or too many, but for those to be kept. Pictures have a bound of their own. */
export class Retention {
  readonly #options: RetentionOptions;
  #cancel: () => void;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#cancel = options.later(() => this.#tick(), FIRST_MS);
  }

  /** Removes what is to go by now. */
  async run(): Promise<void> {
    const { store, remove, removeClipsBefore, maxAgeDays, now } = this.#options;
    const beforeMs = now() - maxAgeDays * DAY_MS;
    await removeClipsBefore(beforeMs);
    let excess = (await store.count()) - MAX_EVENTS;
    while (!this.#isClosed) {
      const oldest = await store.oldest(BATCH);
      const gone = oldest.filter(({ started_at }, i) => started_at < beforeMs || i < excess);
      for (const { id } of gone) await remove(id);
      excess -= gone.length;
      if (gone.length < BATCH) return;
    }
  }

  /** Starts now instead of at its time. */
  runSoon(): void {
    if (this.#isClosed) return;
    this.#cancel();
    this.#tick();
  }

  /** Ends with the batch that is being removed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#running;
  }

  #tick(): void {
    this.#running = this.#running
      .then(() => this.run())
      .catch((error: unknown) => this.#options.onFault(error))
      .then(() => {
        this.#cancel();
        if (!this.#isClosed) this.#cancel = this.#options.later(() => this.#tick(), INTERVAL_MS);
      });
  }
}
