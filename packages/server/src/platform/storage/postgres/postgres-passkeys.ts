import { LookoutError } from '@lookout/protocol';
import {
  type PasskeyRepository,
  refuseTooManyPasskeys,
  type StoredPasskey,
  type UsedChallenge,
} from '../repositories/index.js';
import { bytesOf, type PostgresDatabase, type Row, type Statements } from './database.js';

export class PostgresPasskeys implements PasskeyRepository {
  readonly #db: PostgresDatabase;

  constructor(db: PostgresDatabase) {
    this.#db = db;
  }

  async list(userId: string): Promise<StoredPasskey[]> {
    const rows = await this.#db.all('SELECT * FROM passkeys WHERE user_id = $1 ORDER BY created_at, position', userId);
    return rows.map(passkeyOf);
  }

  async byCredential(credentialId: string): Promise<StoredPasskey | undefined> {
    return (await this.#db.all('SELECT * FROM passkeys WHERE credential_id = $1', credentialId)).map(passkeyOf)[0];
  }

  insert(passkey: StoredPasskey, challenge: UsedChallenge, nowMs: number): Promise<void> {
    const { id, userId, name, host, credentialId, publicKey, counter, createdAt } = passkey;
    return this.#db.transaction(async (transaction) => {
      if (!(await take(transaction, challenge, nowMs))) throw new LookoutError('conflict', 'This was already answered');
      // Locks the user, so that nobody else adds one meanwhile.
      const users = await transaction.all('SELECT FROM users WHERE id = $1 FOR UPDATE', userId);
      if (users.length === 0) throw new LookoutError('not_found', 'There is no such user');
      const [have] = await transaction.all('SELECT count(*) AS total FROM passkeys WHERE user_id = $1', userId);
      refuseTooManyPasskeys(Number(have?.total));
      const rows = await transaction.run(
        `INSERT INTO passkeys (id, user_id, name, host, credential_id, public_key, counter, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
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

  use(id: string, counter: number, challenge: UsedChallenge, nowMs: number): Promise<boolean> {
    return this.#db.transaction(async (transaction) => {
      if (!(await take(transaction, challenge, nowMs))) return false;
      const rows = await transaction.run(
        `UPDATE passkeys SET counter = $1, last_used_at = $2
         WHERE id = $3 AND (counter < $1 OR (counter = 0 AND $1 = 0))`,
        counter,
        Math.trunc(nowMs),
        id,
      );
      return rows === 1;
    });
  }

  async remove(userId: string, id?: string): Promise<void> {
    await this.#db.run('DELETE FROM passkeys WHERE user_id = $1 AND id = coalesce($2, id)', userId, id ?? null);
  }
}

/** @returns false if it was used before */
async function take(transaction: Statements, { nonce, expiresAt }: UsedChallenge, nowMs: number): Promise<boolean> {
  await transaction.run('DELETE FROM used_challenges WHERE expires_at <= $1', Math.trunc(nowMs));
  const sql = 'INSERT INTO used_challenges (nonce, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING';
  return (await transaction.run(sql, nonce, Math.trunc(expiresAt))) === 1;
}

function passkeyOf(row: Row): StoredPasskey {
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
