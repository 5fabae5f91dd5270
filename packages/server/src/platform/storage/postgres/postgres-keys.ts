import type { ApiKey } from '@lookout/protocol';
import {
  type KeyRepository,
  MAX_CODES,
  MAX_SESSIONS,
  type StoredKey,
  type StoredSession,
  Turns,
} from '../repositories/index.js';
import { bytesOf, type PostgresDatabase, type Statements } from './database.js';

export class PostgresKeys implements KeyRepository {
  readonly #db: PostgresDatabase;
  /** Own changes and the count of all changes must not overlap, or one by another node could be taken for an own one. */
  readonly #turns = new Turns();
  #ownChanges = 0;
  readonly #maxSessions: number;

  constructor(db: PostgresDatabase, maxSessions = MAX_SESSIONS) {
    this.#db = db;
    this.#maxSessions = maxSessions;
  }

  async list(): Promise<StoredKey[]> {
    const rows = await this.#db.all(
      'SELECT id, name, scope, cameras, created_at, hash FROM api_keys ORDER BY created_at, position',
    );
    return rows.map(({ hash, cameras, ...row }) => ({
      key: { ...row, ...(cameras !== null && { cameras }) } as ApiKey,
      hash: bytesOf(hash),
    }));
  }

  async sessions(nowMs: number): Promise<StoredSession[]> {
    const rows = await this.#db.all(
      'SELECT hash, key_id, expires_at FROM sessions WHERE expires_at > $1 ORDER BY expires_at',
      Math.trunc(nowMs),
    );
    return rows.map((row) => ({
      hash: bytesOf(row.hash),
      keyId: String(row.key_id),
      expiresAt: Number(row.expires_at),
    }));
  }

  insert({ key: { id, name, scope, cameras, created_at }, hash }: StoredKey): Promise<void> {
    return this.#change(async (transaction) => {
      await transaction.run(
        'INSERT INTO api_keys (id, name, scope, cameras, hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)',
        id,
        name,
        scope,
        cameras === undefined ? null : JSON.stringify(cameras),
        hash,
        Math.trunc(created_at),
      );
    });
  }

  remove(id: string): Promise<void> {
    return this.#change(async (transaction) => {
      await transaction.run('DELETE FROM api_keys WHERE id = $1', id);
    });
  }

  openSession({ hash, keyId, expiresAt }: StoredSession, nowMs: number): Promise<void> {
    return this.#change(async (transaction) => {
      await transaction.run(
        `DELETE FROM sessions WHERE expires_at <= $1
         OR hash IN (SELECT hash FROM sessions ORDER BY expires_at DESC OFFSET $2)`,
        Math.trunc(nowMs),
        this.#maxSessions - 1,
      );
      await transaction.run(
        'INSERT INTO sessions (hash, key_id, expires_at) VALUES ($1, $2, $3)',
        hash,
        keyId,
        Math.trunc(expiresAt),
      );
    });
  }

  closeSession(hash: Uint8Array): Promise<void> {
    return this.#change(async (transaction) => {
      await transaction.run('DELETE FROM sessions WHERE hash = $1', hash);
    });
  }

  addCode({ hash, keyId, expiresAt }: Parameters<KeyRepository['addCode']>[0], nowMs: number): Promise<void> {
    return this.#change(async (transaction) => {
      await transaction.run(
        `DELETE FROM sign_in_codes WHERE expires_at <= $1
         OR hash IN (SELECT hash FROM sign_in_codes ORDER BY expires_at DESC OFFSET $2)`,
        Math.trunc(nowMs),
        MAX_CODES - 1,
      );
      await transaction.run(
        'INSERT INTO sign_in_codes (hash, key_id, expires_at) VALUES ($1, $2, $3)',
        hash,
        keyId ?? null,
        Math.trunc(expiresAt),
      );
    });
  }

  takeCode(hash: Uint8Array, nowMs: number): Promise<{ keyId?: string } | undefined> {
    return this.#change(async (transaction) => {
      const [row] = await transaction.all(
        'DELETE FROM sign_in_codes WHERE hash = $1 AND expires_at > $2 RETURNING key_id',
        hash,
        Math.trunc(nowMs),
      );
      if (!row) return undefined;
      return row.key_id === null ? {} : { keyId: String(row.key_id) };
    });
  }

  foreignChanges(): Promise<number> {
    return this.#turns.take(async () => (await countChanges(this.#db)) - this.#ownChanges);
  }

  #change<T>(work: (transaction: Statements) => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      let own = 0;
      const result = await this.#db.transaction(async (transaction) => {
        // Locks the count, so that what it grows by are own changes.
        const before = await countChanges(transaction, 'FOR UPDATE');
        const answer = await work(transaction);
        own = (await countChanges(transaction)) - before;
        return answer;
      });
      this.#ownChanges += own;
      return result;
    });
  }
}

async function countChanges(statements: Statements, lock: 'FOR UPDATE' | '' = ''): Promise<number> {
  const [row] = await statements.all(`SELECT total FROM key_changes ${lock}`);
  return Number(row?.total ?? 0);
}
