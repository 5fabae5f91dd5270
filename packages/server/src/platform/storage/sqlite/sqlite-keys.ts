import type { ApiKey } from '@lookout/protocol';
import {
  type CodeSubject,
  checkKeyRemoval,
  type KeyRepository,
  MAX_CODES,
  type StoredKey,
} from '../repositories/index.js';
import { checkAdmins } from './check-admins.js';
import { bytesOf, type LookoutDatabase } from './database.js';
import type { Sync } from './sync.js';

export class SqliteKeys implements Sync<KeyRepository> {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  list(): StoredKey[] {
    return this.#db
      .all('SELECT id, name, scope, cameras, created_at, expires_at, hash FROM api_keys ORDER BY created_at, rowid')
      .map(({ hash, cameras, expires_at, ...row }) => ({
        key: {
          ...row,
          ...(cameras !== null && { cameras: JSON.parse(String(cameras)) }),
          ...(expires_at !== null && { expires_at }),
        } as ApiKey,
        hash: bytesOf(hash),
      }));
  }

  insert({ key: { id, name, scope, cameras, created_at, expires_at }, hash }: StoredKey): void {
    this.#db.run(
      'INSERT INTO api_keys (id, name, scope, cameras, hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      id,
      name,
      scope,
      cameras === undefined ? null : JSON.stringify(cameras),
      hash,
      Math.trunc(created_at),
      expires_at === undefined ? null : Math.trunc(expires_at),
    );
  }

  remove(id: string, { mayBeLast }: { mayBeLast: boolean }): void {
    const check = mayBeLast ? () => {} : checkKeyRemoval;
    checkAdmins(this.#db, check, () => this.#db.run('DELETE FROM api_keys WHERE id = ?', id));
  }

  addCode({ hash, keyId, userId, expiresAt }: Parameters<KeyRepository['addCode']>[0], nowMs: number): void {
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM sign_in_codes WHERE expires_at <= ?', Math.trunc(nowMs));
      this.#db.run(
        'DELETE FROM sign_in_codes WHERE hash IN (SELECT hash FROM sign_in_codes ORDER BY expires_at DESC LIMIT -1 OFFSET ?)',
        MAX_CODES - 1,
      );
      this.#db.run(
        'INSERT INTO sign_in_codes (hash, key_id, user_id, expires_at) VALUES (?, ?, ?, ?)',
        hash,
        keyId ?? null,
        userId ?? null,
        Math.trunc(expiresAt),
      );
    });
  }

  takeCode(hash: Uint8Array, nowMs: number): CodeSubject | undefined {
    return this.#db.transaction(() => {
      const [row] = this.#db.all(
        'SELECT key_id, user_id FROM sign_in_codes WHERE hash = ? AND expires_at > ?',
        hash,
        Math.trunc(nowMs),
      );
      if (!row) return undefined;
      this.#db.run('DELETE FROM sign_in_codes WHERE hash = ?', hash);
      return {
        ...(row.key_id !== null && { keyId: String(row.key_id) }),
        ...(row.user_id !== null && { userId: String(row.user_id) }),
      };
    });
  }

  foreignChanges(): number {
    return Number(this.#db.all('PRAGMA data_version')[0]?.data_version);
  }
}
