import { MAX_SESSIONS, type SessionRepository, type StoredSession } from '../repositories/index.js';
import type { AccountChanges } from './account-changes.js';
import { bytesOf, type PostgresDatabase } from './database.js';

export class PostgresSessions implements SessionRepository {
  readonly #db: PostgresDatabase;
  readonly #changes: AccountChanges;
  readonly #max: number;

  constructor(db: PostgresDatabase, changes: AccountChanges, max = MAX_SESSIONS) {
    this.#db = db;
    this.#changes = changes;
    this.#max = max;
  }

  async list(nowMs: number): Promise<StoredSession[]> {
    const rows = await this.#db.all(
      'SELECT * FROM sessions WHERE expires_at > $1 ORDER BY expires_at',
      Math.trunc(nowMs),
    );
    return rows.map(({ id, hash, key_id, user_id, browser, system, created_at, last_seen_at, expires_at }) => ({
      id: String(id),
      hash: bytesOf(hash),
      ...(key_id !== null && { keyId: String(key_id) }),
      ...(user_id !== null && { userId: String(user_id) }),
      browser: String(browser),
      system: String(system),
      createdAt: Number(created_at),
      lastSeenAt: Number(last_seen_at),
      expiresAt: Number(expires_at),
    }));
  }

  open(session: StoredSession, nowMs: number): Promise<void> {
    const { id, hash, keyId, userId, browser, system, createdAt, lastSeenAt, expiresAt } = session;
    return this.#changes.make(async (transaction) => {
      await transaction.run(
        `DELETE FROM sessions WHERE expires_at <= $1
         OR id IN (SELECT id FROM sessions ORDER BY expires_at DESC OFFSET $2)`,
        Math.trunc(nowMs),
        this.#max - 1,
      );
      await transaction.run(
        `INSERT INTO sessions (id, hash, key_id, user_id, browser, system, created_at, last_seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        id,
        hash,
        keyId ?? null,
        userId ?? null,
        browser,
        system,
        ...[createdAt, lastSeenAt, expiresAt].map(Math.trunc),
      );
    });
  }

  seen(times: ReadonlyArray<{ id: string; atMs: number }>): Promise<void> {
    return this.#changes.make(async (transaction) => {
      for (const { id, atMs } of times)
        await transaction.run('UPDATE sessions SET last_seen_at = $2 WHERE id = $1', id, Math.trunc(atMs));
    });
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#changes.make(async (transaction) => {
      await transaction.run('DELETE FROM sessions WHERE id = ANY ($1)', ids);
    });
  }
}
