import pg from 'pg';
import type { ChangeNotice, ChangeSource, StoredRowChange } from '../repositories/index.js';
import type { DatabaseAddress } from './address.js';
import { connectionOptions } from './database.js';

const CHANNEL = 'lookout';
const RECONNECT_MS = 500;
/** A connection that nobody answers on any more must be noticed while nothing changes, ms. */
const CHECK_EVERY_MS = 2000;
const CHECK_TIMEOUT_MS = 3000;

/** Told by the database, on a connection of its own. */
export class PostgresChanges implements ChangeSource {
  readonly #address: DatabaseAddress;
  readonly #listeners = new Set<(notice: ChangeNotice) => void>();
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(address: DatabaseAddress) {
    this.#address = address;
    void this.#connect();
  }

  listen(listener: (notice: ChangeNotice) => void): () => void {
    this.#listeners.add(listener);
    // What changed since it read what it knows.
    if (this.#client) listener({ type: 'back' });
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#client?.end().catch(() => {});
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({ ...connectionOptions(this.#address), query_timeout: CHECK_TIMEOUT_MS });
    client.on('error', () => this.#ended(client));
    client.on('end', () => this.#ended(client));
    client.on('notification', ({ payload }) => this.#told(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      if (this.#isClosed) return void client.end().catch(() => {});
      this.#client = client;
      this.#tell({ type: 'back' });
      this.#checkLater(client);
    } catch {
      void client.end().catch(() => {});
      this.#reconnectLater();
    }
  }

  #checkLater(client: pg.Client): void {
    this.#timer = setTimeout(() => {
      client.query('SELECT 1').then(
        () => this.#client === client && !this.#isClosed && this.#checkLater(client),
        () => this.#ended(client),
      );
    }, CHECK_EVERY_MS).unref();
  }

  #ended(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    void client.end().catch(() => {});
    if (this.#isClosed) return;
    this.#tell({ type: 'lost' });
    this.#reconnectLater();
  }

  #reconnectLater(): void {
    clearTimeout(this.#timer);
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.#connect(), RECONNECT_MS).unref();
  }

  #told(payload = ''): void {
    const { table, id, kind } = JSON.parse(payload) as Omit<StoredRowChange, 'type'>;
    this.#tell({ type: 'changed', table, id, kind });
  }

  #tell(notice: ChangeNotice): void {
    for (const listener of this.#listeners) {
      try {
        listener(notice);
      } catch {
        // It stops no other.
      }
    }
  }
}
