import type { ChangeNotice, ChangeSource } from '../../platform/storage/index.js';

export interface ChangeReaderOptions {
  changes: ChangeSource;
  /** What reads a table again, after one of its rows was changed by this node or another. @param id of the row; undefined: any may have */
  readers: Readonly<Record<string, (id: string | undefined) => Promise<void>>>;
  onFault(table: string, error: unknown): void;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

const RETRY_MS = 1000;

/** Keeps what this node has in memory the same as what is in the database: each table is read by one reader at a time. */
export class ChangeReader {
  readonly #options: ChangeReaderOptions;
  /** Rows to be read, by table; undefined: all. */
  readonly #waiting = new Map<string, Set<string> | undefined>();
  readonly #running = new Map<string, Promise<void>>();
  #unlisten: (() => void) | undefined;
  #isClosed = false;

  constructor(options: ChangeReaderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#unlisten = this.#options.changes.listen((notice) => this.#told(notice));
  }

  /** Finishes what it has begun. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unlisten?.();
    await Promise.all(this.#running.values());
  }

  #told(notice: ChangeNotice): void {
    if (notice.type === 'back') for (const table of Object.keys(this.#options.readers)) this.#read(table, undefined);
    else if (notice.type === 'changed') this.#read(notice.table, notice.id);
  }

  #read(table: string, id: string | undefined): void {
    if (this.#isClosed || !Object.hasOwn(this.#options.readers, table)) return;
    const known = this.#waiting.get(table);
    if (id === undefined) this.#waiting.set(table, undefined);
    else if (!this.#waiting.has(table)) this.#waiting.set(table, new Set([id]));
    else known?.add(id);
    if (!this.#running.has(table)) this.#running.set(table, this.#run(table));
  }

  async #run(table: string): Promise<void> {
    const { readers, onFault, later } = this.#options;
    try {
      // Several changes of one transaction are told one after another.
      await Promise.resolve();
      while (this.#waiting.has(table)) {
        const ids = this.#waiting.get(table);
        this.#waiting.delete(table);
        for (const id of ids ?? [undefined]) await readers[table]?.(id);
      }
    } catch (error) {
      onFault(table, error);
      later(() => this.#read(table, undefined), RETRY_MS);
    } finally {
      this.#running.delete(table);
    }
  }
}
