import type { LookoutDatabase } from './database.js';

export interface ApiKeyRecord {
  id: string;
  name: string;
  scope: 'admin';
}

/** API keys and the browser sessions opened with them. Only SHA-256 hashes of both are ever stored. */
export class KeyStore {
  readonly #db: LookoutDatabase;
  /** Sessions kept; the oldest make room. */
  readonly #maxSessions: number;

  constructor(db: LookoutDatabase, maxSessions = 1000) {
    this.#db = db;
    this.#maxSessions = maxSessions;
  }

  count(): number {
    return Number(this.#db.all('SELECT count(*) AS n FROM api_keys')[0]?.n ?? 0);
  }

  insert(key: ApiKeyRecord, hash: Uint8Array, nowMs: number): void {
    this.#db.run(
      'INSERT INTO api_keys (id, name, scope, hash, created_at) VALUES (?, ?, ?, ?, ?)',
      key.id,
      key.name,
      key.scope,
      hash,
      Math.trunc(nowMs),
    );
  }

  byHash(hash: Uint8Array): ApiKeyRecord | undefined {
    return this.#db.all('SELECT id, name, scope FROM api_keys WHERE hash = ?', hash)[0] as ApiKeyRecord | undefined;
  }

  openSession(hash: Uint8Array, keyId: string, expiresAtMs: number, nowMs: number): void {
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM sessions WHERE expires_at <= ?', Math.trunc(nowMs));
      this.#db.run(
        'DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions ORDER BY expires_at DESC LIMIT -1 OFFSET ?)',
        this.#maxSessions - 1,
      );
      this.#db.run(
        'INSERT INTO sessions (hash, key_id, expires_at) VALUES (?, ?, ?)',
        hash,
        keyId,
        Math.trunc(expiresAtMs),
      );
    });
  }

  /** The key behind a session that has not expired. */
  bySession(hash: Uint8Array, nowMs: number): ApiKeyRecord | undefined {
    return this.#db.all(
      `SELECT api_keys.id, api_keys.name, api_keys.scope FROM sessions JOIN api_keys ON api_keys.id = sessions.key_id
       WHERE sessions.hash = ? AND sessions.expires_at > ?`,
      hash,
      Math.trunc(nowMs),
    )[0] as ApiKeyRecord | undefined;
  }

  closeSession(hash: Uint8Array): void {
    this.#db.run('DELETE FROM sessions WHERE hash = ?', hash);
  }
}
