import type { SettingRepository } from '../repositories/index.js';
import type { PostgresDatabase } from './database.js';

/** Tells these rows from others of the table, such as the mode. */
const PREFIX = 'setting:';

export class PostgresSettings implements SettingRepository {
  readonly #db: PostgresDatabase;

  constructor(db: PostgresDatabase) {
    this.#db = db;
  }

  async all(): Promise<Record<string, string>> {
    const rows = await this.#db.all("SELECT name, value FROM settings WHERE name LIKE 'setting:%'");
    return Object.fromEntries(rows.map(({ name, value }) => [String(name).slice(PREFIX.length), String(value)]));
  }

  async change(changes: Readonly<Record<string, string | null>>): Promise<void> {
    await this.#db.transaction(async (transaction) => {
      for (const [key, value] of Object.entries(changes)) {
        if (value === null) await transaction.run('DELETE FROM settings WHERE name = $1', PREFIX + key);
        else {
          await transaction.run(
            `INSERT INTO settings (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
            PREFIX + key,
            value,
          );
        }
      }
    });
  }
}
