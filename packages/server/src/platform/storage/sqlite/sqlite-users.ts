import { LookoutError } from '@lookout/protocol';
import { checkUserChange, type StoredUser, type UserRepository } from '../repositories/index.js';
import { checkAdmins } from './check-admins.js';
import { isDuplicate, type LookoutDatabase } from './database.js';
import type { Sync } from './sync.js';

export class SqliteUsers implements Sync<UserRepository> {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  list(): StoredUser[] {
    return this.#db
      .all(
        'SELECT id, name, display_name, role, cameras, disabled, issuer, subject, password, created_at FROM users ORDER BY created_at, rowid',
      )
      .map(({ password, cameras, disabled, issuer, subject, ...row }) => ({
        user: {
          ...row,
          ...(cameras !== null && { cameras: JSON.parse(String(cameras)) }),
          disabled: disabled === 1,
          ...(issuer !== null && { identity: { issuer, subject } }),
        } as StoredUser['user'],
        ...(password !== null && { password: String(password) }),
      }));
  }

  insert({ user, password }: StoredUser): void {
    this.#write(user.name, () =>
      this.#db.run(
        `INSERT INTO users (name, display_name, role, cameras, disabled, password, id, created_at, issuer, subject)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...changeable(user, password),
        user.id,
        Math.trunc(user.created_at),
        user.identity?.issuer ?? null,
        user.identity?.subject ?? null,
      ),
    );
  }

  update({ user, password }: StoredUser): void {
    const rows = this.#write(user.name, () =>
      checkAdmins(this.#db, checkUserChange, () =>
        this.#db.run(
          'UPDATE users SET name = ?, display_name = ?, role = ?, cameras = ?, disabled = ?, password = ? WHERE id = ?',
          ...changeable(user, password),
          user.id,
        ),
      ),
    );
    if (rows === 0) throw new LookoutError('not_found', 'There is no such user');
  }

  remove(id: string): void {
    checkAdmins(this.#db, checkUserChange, () => this.#db.run('DELETE FROM users WHERE id = ?', id));
  }

  #write<T>(name: string, write: () => T): T {
    try {
      return write();
    } catch (error) {
      if (isDuplicate(error)) throw new LookoutError('conflict', `A user named "${name}" already exists`);
      throw error;
    }
  }
}

function changeable({ name, display_name, role, cameras, disabled }: StoredUser['user'], password: string | undefined) {
  const list = cameras === undefined ? null : JSON.stringify(cameras);
  return [name, display_name, role, list, disabled ? 1 : 0, password ?? null] as const;
}
