import type { SettingRepository } from '../repositories/index.js';
import type { LookoutDatabase } from './database.js';
import type { Sync } from './sync.js';

/** Tells these rows from others of the table, such as the mode. */
const PREFIX = 'setting:';

export class SqliteSettings implements Sync<SettingRepository> {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  all(): Record<string, string> {
    const rows = this.#db.all("SELECT name, value FROM settings WHERE name LIKE 'setting:%'");
    return Object.fromEntries(rows.map(({ name, value }) => [String(name).slice(PREFIX.length), String(value)]));
  }

  change(changes: Readonly<Record<string, string | null>>): void {
    this.#db.transaction(() => {
      for (const [key, value] of Object.entries(changes)) {
        if (value === null) this.#db.run('DELETE FROM settings WHERE name = ?', PREFIX + key);
        else this.#db.run('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)', PREFIX + key, value);
      }
    });
  }
}
