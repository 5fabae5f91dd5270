import type { AuditEntry } from '@lookout/protocol';
import { AUDIT_LIMITS, type AuditRepository, type AuditRows, type NewAuditEntry } from '../repositories/index.js';
import type { LookoutDatabase } from './database.js';
import type { Sync } from './sync.js';

export class SqliteAudit implements Sync<AuditRepository> {
  readonly #db: LookoutDatabase;
  readonly #limits: AuditRows;

  constructor(db: LookoutDatabase, limits: AuditRows = AUDIT_LIMITS) {
    this.#db = db;
    this.#limits = limits;
  }

  append(entry: NewAuditEntry): void {
    this.#db.transaction(() => {
      this.#db.run(
        'INSERT INTO audit (at, refused, entry) VALUES (?, ?, ?)',
        Math.trunc(entry.at),
        entry.refused ? 1 : 0,
        JSON.stringify(entry),
      );
      this.#db.run('DELETE FROM audit WHERE at < ?', Math.trunc(entry.at) - AUDIT_LIMITS.ageMs);
      this.#db.run('DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?', this.#limits.entries);
      if (entry.refused) {
        this.#db.run(
          'DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE refused = 1 ORDER BY id DESC LIMIT -1 OFFSET ?)',
          this.#limits.refused,
        );
      }
    });
  }

  list(limit: number, before = Number.MAX_SAFE_INTEGER): AuditEntry[] {
    return this.#db
      .all('SELECT id, entry FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?', before, limit)
      .map(({ id, entry }) => ({ ...JSON.parse(String(entry)), id: Number(id) }) as AuditEntry);
  }
}
