import { LookoutError } from '@lookout/protocol';
import { checkUserChange, type StoredUser, type UserRepository } from '../repositories/index.js';
import type { AccountChanges } from './account-changes.js';
import type { PostgresDatabase } from './database.js';
import { isDuplicate } from './failures.js';

export class PostgresUsers implements UserRepository {
  readonly #db: PostgresDatabase;
  readonly #changes: AccountChanges;

  constructor(db: PostgresDatabase, changes: AccountChanges) {
    this.#db = db;
    this.#changes = changes;
  }

  async list(): Promise<StoredUser[]> {
    const rows = await this.#db.all(
      'SELECT id, name, display_name, role, cameras, disabled, issuer, subject, password, created_at FROM users ORDER BY created_at, position',
    );
    return rows.map(({ password, cameras, issuer, subject, ...row }) => ({
      user: {
        ...row,
        ...(cameras !== null && { cameras }),
        ...(issuer !== null && { identity: { issuer, subject } }),
      } as StoredUser['user'],
      ...(password !== null && { password: String(password) }),
    }));
  }

  async insert({ user, password }: StoredUser): Promise<void> {
    await this.#write(
      `INSERT INTO users (name, display_name, role, cameras, disabled, password, id, created_at, issuer, subject)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      { user, ...(password !== undefined && { password }) },
      Math.trunc(user.created_at),
      user.identity?.issuer ?? null,
      user.identity?.subject ?? null,
    );
  }

  async update(stored: StoredUser): Promise<void> {
    const rows = await this.#write(
      `UPDATE users SET name = $1, display_name = $2, role = $3, cameras = $4, disabled = $5, password = $6 WHERE id = $7`,
      stored,
    );
    if (rows === 0) throw new LookoutError('not_found', 'There is no such user');
  }

  remove(id: string): Promise<void> {
    return this.#changes.makeChecked(checkUserChange, async (transaction) => {
      await transaction.run('DELETE FROM users WHERE id = $1', id);
    });
  }

  async #write(sql: string, { user, password }: StoredUser, ...more: Array<number | string | null>): Promise<number> {
    const { id, name, display_name, role, cameras, disabled } = user;
    const list = cameras === undefined ? null : JSON.stringify(cameras);
    try {
      return await this.#changes.makeChecked(checkUserChange, (transaction) =>
        transaction.run(sql, name, display_name, role, list, disabled, password ?? null, id, ...more),
      );
    } catch (error) {
      if (isDuplicate(error)) throw new LookoutError('conflict', `A user named "${name}" already exists`);
      throw error;
    }
  }
}
