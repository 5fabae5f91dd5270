import type { AuditEntry } from '@lookout/protocol';
import { AUDIT_LIMITS, type AuditRepository, type AuditRows, type NewAuditEntry } from '../repositories/index.js';
import type { PostgresDatabase } from './database.js';

export class PostgresAudit implements AuditRepository {
  readonly #db: PostgresDatabase;
  readonly #limits: AuditRows;

  constructor(db: PostgresDatabase, limits: AuditRows = AUDIT_LIMITS) {
    this.#db = db;
    this.#limits = limits;
  }

  async append(entry: NewAuditEntry): Promise<void> {
    await this.#db.transaction(async (transaction) => {
      await transaction.run(
        'INSERT INTO audit (at, refused, entry) VALUES ($1, $2, $3)',
        Math.trunc(entry.at),
        entry.refused,
        JSON.stringify(entry),
      );
      await transaction.run(
        `DELETE FROM audit WHERE at < $1 OR id <= (SELECT max(id) FROM audit) - $2
         OR id IN (SELECT id FROM audit WHERE refused ORDER BY id DESC OFFSET $3)`,
        Math.trunc(entry.at) - AUDIT_LIMITS.ageMs,
        this.#limits.entries,
        this.#limits.refused,
      );
    });
  }

  async list(limit: number, before = Number.MAX_SAFE_INTEGER): Promise<AuditEntry[]> {
    const rows = await this.#db.all(
      'SELECT id, entry FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2',
      before,
      limit,
    );
    return rows.map(({ id, entry }) => ({ ...(entry as NewAuditEntry), id: Number(id) }));
  }
}
