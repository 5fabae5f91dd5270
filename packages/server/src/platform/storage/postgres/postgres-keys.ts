import type { ApiKey } from '@lookout/protocol';
import {
  type CodeSubject,
  checkKeyRemoval,
  type KeyRepository,
  MAX_CODES,
  type StoredKey,
} from '../repositories/index.js';
import type { AccountChanges } from './account-changes.js';
import { bytesOf, type PostgresDatabase } from './database.js';

export class PostgresKeys implements KeyRepository {
  readonly #db: PostgresDatabase;
  readonly #changes: AccountChanges;

  constructor(db: PostgresDatabase, changes: AccountChanges) {
    this.#db = db;
    this.#changes = changes;
  }

  async list(): Promise<StoredKey[]> {
    const rows = await this.#db.all(
      'SELECT id, name, scope, cameras, created_at, expires_at, hash FROM api_keys ORDER BY created_at, position',
    );
    return rows.map(({ hash, cameras, expires_at, ...row }) => ({
      key: {
        ...row,
        ...(cameras !== null && { cameras }),
        ...(expires_at !== null && { expires_at }),
      } as ApiKey,
      hash: bytesOf(hash),
    }));
  }

  insert({ key: { id, name, scope, cameras, created_at, expires_at }, hash }: StoredKey): Promise<void> {
    return this.#changes.make(async (transaction) => {
      await transaction.run(
        'INSERT INTO api_keys (id, name, scope, cameras, hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
        id,
        name,
        scope,
        cameras === undefined ? null : JSON.stringify(cameras),
        hash,
        Math.trunc(created_at),
        expires_at === undefined ? null : Math.trunc(expires_at),
      );
    });
  }

  remove(id: string, { mayBeLast }: { mayBeLast: boolean }): Promise<void> {
    return this.#changes.makeChecked(mayBeLast ? () => {} : checkKeyRemoval, async (transaction) => {
      await transaction.run('DELETE FROM api_keys WHERE id = $1', id);
    });
  }

  addCode({ hash, keyId, userId, expiresAt }: Parameters<KeyRepository['addCode']>[0], nowMs: number): Promise<void> {
    return this.#changes.make(async (transaction) => {
      await transaction.run(
        `DELETE FROM sign_in_codes WHERE expires_at <= $1
         OR hash IN (SELECT hash FROM sign_in_codes ORDER BY expires_at DESC OFFSET $2)`,
        Math.trunc(nowMs),
        MAX_CODES - 1,
      );
      await transaction.run(
        'INSERT INTO sign_in_codes (hash, key_id, user_id, expires_at) VALUES ($1, $2, $3, $4)',
        hash,
        keyId ?? null,
        userId ?? null,
        Math.trunc(expiresAt),
      );
    });
  }

  takeCode(hash: Uint8Array, nowMs: number): Promise<CodeSubject | undefined> {
    return this.#changes.make(async (transaction) => {
      const [row] = await transaction.all(
        'DELETE FROM sign_in_codes WHERE hash = $1 AND expires_at > $2 RETURNING key_id, user_id',
        hash,
        Math.trunc(nowMs),
      );
      if (!row) return undefined;
      return {
        ...(row.key_id !== null && { keyId: String(row.key_id) }),
        ...(row.user_id !== null && { userId: String(row.user_id) }),
      };
    });
  }

  foreignChanges(): Promise<number> {
    return this.#changes.byOthers();
  }
}
