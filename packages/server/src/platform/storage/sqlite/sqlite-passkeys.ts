import { LookoutError } from '@lookout/protocol';
import {
  type PasskeyRepository,
  refuseTooManyPasskeys,
  type StoredPasskey,
  type UsedChallenge,
} from '../repositories/index.js';
import { bytesOf, type LookoutDatabase } from './database.js';
import type { Sync } from './sync.js';

export class SqlitePasskeys implements Sync<PasskeyRepository> {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  list(userId: string): StoredPasskey[] {
    return this.#db.all('SELECT * FROM passkeys WHERE user_id = ? ORDER BY created_at, rowid', userId).map(passkeyOf);
  }

  byCredential(credentialId: string): StoredPasskey | undefined {
    return this.#db.all('SELECT * FROM passkeys WHERE credential_id = ?', credentialId).map(passkeyOf)[0];
  }

  insert(passkey: StoredPasskey, challenge: UsedChallenge, nowMs: number): void {
    const { id, userId, name, host, credentialId, publicKey, counter, createdAt } = passkey;
    this.#db.transaction(() => {
      if (!this.#take(challenge, nowMs)) throw new LookoutError('conflict', 'This was already answered');
      const [user] = this.#db.all(
        'SELECT (SELECT count(*) FROM passkeys WHERE user_id = users.id) AS passkeys FROM users WHERE id = ?',
        userId,
      );
      if (!user) throw new LookoutError('not_found', 'There is no such user');
      refuseTooManyPasskeys(Number(user.passkeys));
      const rows = this.#db.run(
        `INSERT INTO passkeys (id, user_id, name, host, credential_id, public_key, counter, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
        id,
        userId,
        name,
        host,
        credentialId,
        publicKey,
        counter,
        Math.trunc(createdAt),
      );
      if (rows === 0) throw new LookoutError('conflict', 'This passkey was already added');
    });
  }

  use(id: string, counter: number, challenge: UsedChallenge, nowMs: number): boolean {
    return this.#db.transaction(() => {
      if (!this.#take(challenge, nowMs)) return false;
      const rows = this.#db.run(
        'UPDATE passkeys SET counter = ?1, last_used_at = ?2 WHERE id = ?3 AND (counter < ?1 OR (counter = 0 AND ?1 = 0))',
        counter,
        Math.trunc(nowMs),
        id,
      );
      return rows === 1;
    });
  }

  remove(userId: string, id?: string): void {
    this.#db.run('DELETE FROM passkeys WHERE user_id = ? AND id = coalesce(?, id)', userId, id ?? null);
  }

  /** @returns false if it was used before */
  #take({ nonce, expiresAt }: UsedChallenge, nowMs: number): boolean {
    this.#db.run('DELETE FROM used_challenges WHERE expires_at <= ?', Math.trunc(nowMs));
    const sql = 'INSERT INTO used_challenges (nonce, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING';
    return this.#db.run(sql, nonce, Math.trunc(expiresAt)) === 1;
  }
}

function passkeyOf(row: Record<string, unknown>): StoredPasskey {
  return {
    id: String(row.id),
    userId: String(row.user_id),
    name: String(row.name),
    host: String(row.host),
    credentialId: String(row.credential_id),
    publicKey: bytesOf(row.public_key),
    counter: Number(row.counter),
    createdAt: Number(row.created_at),
    ...(row.last_used_at !== null && { lastUsedAt: Number(row.last_used_at) }),
  };
}
