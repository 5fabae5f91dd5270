import { MAX_SESSIONS, type SessionRepository, type StoredSession } from '../repositories/index.js';
import { bytesOf, type LookoutDatabase } from './database.js';
import type { Sync } from './sync.js';

export class SqliteSessions implements Sync<SessionRepository> {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  list(nowMs: number): StoredSession[] {
    return this.#db
      .all('SELECT * FROM sessions WHERE expires_at > ? ORDER BY expires_at', Math.trunc(nowMs))
      .map(({ id, hash, key_id, user_id, browser, system, created_at, last_seen_at, expires_at }) => ({
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

  open(
    { id, hash, keyId, userId, browser, system, createdAt, lastSeenAt, expiresAt }: StoredSession,
    nowMs: number,
  ): void {
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM sessions WHERE expires_at <= ?', Math.trunc(nowMs));
      this.#db.run(
        'DELETE FROM sessions WHERE id IN (SELECT id FROM sessions ORDER BY expires_at DESC LIMIT -1 OFFSET ?)',
        MAX_SESSIONS - 1,
      );
      this.#db.run(
        `INSERT INTO sessions (id, hash, key_id, user_id, browser, system, created_at, last_seen_at, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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

  seen(times: ReadonlyArray<{ id: string; atMs: number }>): void {
    this.#db.transaction(() => {
      for (const { id, atMs } of times)
        this.#db.run('UPDATE sessions SET last_seen_at = ? WHERE id = ?', Math.trunc(atMs), id);
    });
  }

  remove(ids: readonly string[]): void {
    this.#db.transaction(() => {
      for (const id of ids) this.#db.run('DELETE FROM sessions WHERE id = ?', id);
    });
  }
}
