import type { ApiKey } from '@lookout/protocol';
import type { LookoutDatabase } from './database.js';

/** API keys and the browser sessions opened with them. Only SHA-256 hashes of both are stored. */
export class KeyStore {
  readonly #db: LookoutDatabase;
  /** Maximum number of sessions; the oldest are dropped. */
  readonly #maxSessions: number;

  constructor(db: LookoutDatabase, maxSessions = 1000) {
    this.#db = db;
    this.#maxSessions = maxSessions;
  }

  /** All keys, oldest first. */
  list(): ApiKey[] {
    return this.#db.all(`SELECT ${KEY_COLUMNS} FROM api_keys ORDER BY created_at, rowid`).map(toKey);
  }

  insert({ id, name, scope, cameras, created_at }: ApiKey, hash: Uint8Array): void {
    this.#db.run(
      'INSERT INTO api_keys (id, name, scope, cameras, hash, created_at) VALUES (?, ?, ?, ?, ?, ?)',
      id,
      name,
      scope,
      cameras === undefined ? null : JSON.stringify(cameras),
      hash,
      Math.trunc(created_at),
    );
  }

  /** Removes a key and its sessions. @returns whether it existed */
  remove(id: string): boolean {
    return this.#db.run('DELETE FROM api_keys WHERE id = ?', id) > 0;
  }

  /** Removes a deleted camera from all keys, so that they do not open a later camera with the same id. */
  forgetCamera(cameraId: string): void {
    this.#db.run(
      `UPDATE api_keys SET cameras = (SELECT json_group_array(value) FROM json_each(cameras) WHERE value <> ?)
       WHERE EXISTS (SELECT 1 FROM json_each(cameras) WHERE value = ?)`,
      cameraId,
      cameraId,
    );
  }

  byHash(hash: Uint8Array): ApiKey | undefined {
    const [row] = this.#db.all(`SELECT ${KEY_COLUMNS} FROM api_keys WHERE hash = ?`, hash);
    return row && toKey(row);
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
  bySession(hash: Uint8Array, nowMs: number): ApiKey | undefined {
    const [row] = this.#db.all(
      `SELECT ${KEY_COLUMNS} FROM api_keys
       WHERE id = (SELECT key_id FROM sessions WHERE hash = ? AND expires_at > ?)`,
      hash,
      Math.trunc(nowMs),
    );
    return row && toKey(row);
  }

  closeSession(hash: Uint8Array): void {
    this.#db.run('DELETE FROM sessions WHERE hash = ?', hash);
  }

  /** Stores a code that signs in one device. @param keyId undefined: with a new key */
  addCode(hash: Uint8Array, keyId: string | undefined, expiresAtMs: number, nowMs: number): void {
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM sign_in_codes WHERE expires_at <= ?', Math.trunc(nowMs));
      this.#db.run(
        'DELETE FROM sign_in_codes WHERE hash IN (SELECT hash FROM sign_in_codes ORDER BY expires_at DESC LIMIT -1 OFFSET ?)',
        MAX_CODES - 1,
      );
      this.#db.run(
        'INSERT INTO sign_in_codes (hash, key_id, expires_at) VALUES (?, ?, ?)',
        hash,
        keyId ?? null,
        Math.trunc(expiresAtMs),
      );
    });
  }

  /** Removes a valid code, so that it works once. @returns undefined if there is none */
  takeCode(hash: Uint8Array, nowMs: number): { keyId: string | undefined } | undefined {
    return this.#db.transaction(() => {
      const [row] = this.#db.all(
        'SELECT key_id FROM sign_in_codes WHERE hash = ? AND expires_at > ?',
        hash,
        Math.trunc(nowMs),
      );
      if (!row) return undefined;
      this.#db.run('DELETE FROM sign_in_codes WHERE hash = ?', hash);
      return { keyId: row.key_id === null ? undefined : String(row.key_id) };
    });
  }

  /** A number that changes when another process writes to the database. */
  foreignChanges(): number {
    return Number(this.#db.all('PRAGMA data_version')[0]?.data_version);
  }
}

/** Maximum number of codes; the oldest are dropped. */
const MAX_CODES = 100;
const KEY_COLUMNS = 'id, name, scope, cameras, created_at';

function toKey({ cameras, ...row }: Record<string, unknown>): ApiKey {
  return { ...row, ...(cameras !== null && { cameras: JSON.parse(String(cameras)) }) } as ApiKey;
}
