import { randomUUID } from 'node:crypto';
import { LookoutError, limitsCameras, type NewUser, type UserChange } from '@lookout/protocol';
import { type StoredUser, Turns, type UserRepository } from '../storage/index.js';
import type { Holders } from './holders.js';
import type { Passwords } from './passwords.js';

export interface UsersOptions {
  readonly store: UserRepository;
  readonly passwords: Passwords;
  readonly holders: Holders;
  /** Unix epoch ms. */
  readonly now: () => number;
}

type StoredFields = StoredUser['user'];

/** Maximum number of users. */
const MAX_USERS = 1000;

/** What is held as long as a user may do what it may do now. */
export const userHold = (id: string) => `user ${id}`;

/** People with an account. Requests are checked against a copy in memory; changes are stored first. */
export class Users {
  readonly #store: UserRepository;
  readonly #passwords: Passwords;
  readonly #holders: Holders;
  readonly #now: () => number;
  readonly #turns = new Turns();
  /** By id, oldest first. */
  #users = new Map<string, StoredUser>();

  constructor({ store, passwords, holders, now }: UsersOptions) {
    this.#store = store;
    this.#passwords = passwords;
    this.#holders = holders;
    this.#now = now;
  }

  /** Oldest first. */
  list(): StoredUser[] {
    return [...this.#users.values()];
  }

  find(id: string): StoredUser | undefined {
    return this.#users.get(id);
  }

  /** @param name in any case */
  byName(name: string): StoredUser | undefined {
    const wanted = name.trim().toLowerCase();
    return this.list().find(({ user }) => user.name === wanted);
  }

  /** @throws LookoutError `conflict` if the name is taken or there are too many users */
  async create({ name, display_name, role, cameras, password }: NewUser): Promise<StoredUser> {
    const hash = password === undefined ? undefined : await this.#passwords.hash(password);
    return this.#turns.take(async () => {
      if (this.#users.size >= MAX_USERS) {
        throw new LookoutError('conflict', `This server already has ${MAX_USERS} users, its maximum`, {
          hint: 'Remove those who no longer use it.',
        });
      }
      const made: StoredUser = {
        user: {
          id: randomUUID(),
          name,
          display_name: display_name || name,
          role,
          ...(cameras && { cameras }),
          disabled: false,
          created_at: this.#now(),
        },
        ...(hash !== undefined && { password: hash }),
      };
      await this.#store.insert(made);
      this.#users.set(made.user.id, made);
      return made;
    });
  }

  /**
   * Changes a user. Connections end if the role or the cameras are other ones, or the user is disabled.
   * @throws LookoutError `not_found`; `conflict` if the name is taken, or nobody would be an admin afterwards;
   * `validation_failed` for cameras of a role that can't be limited
   */
  async change(id: string, { password, cameras, ...change }: UserChange): Promise<StoredUser> {
    const hash = password === undefined ? undefined : await this.#passwords.hash(password);
    return this.#turns.take(async () => {
      const before = this.#require(id);
      const { cameras: camerasBefore, ...fields } = before.user;
      const merged = { ...fields, ...change };
      if (cameras && !limitsCameras(merged.role)) {
        throw new LookoutError('validation_failed', 'Only operators and viewers can be limited to some cameras');
      }
      const limit = cameras === undefined ? camerasBefore : (cameras ?? undefined);
      const user: StoredFields = { ...merged, ...(limit && limitsCameras(merged.role) && { cameras: limit }) };
      if (user.display_name === '') user.display_name = user.name;
      this.#requireAdminBesides(id, user);
      const changed: StoredUser = {
        user,
        ...((hash ?? before.password) && { password: hash ?? before.password }),
      } as StoredUser;
      await this.#store.update(changed);
      this.#users.set(id, changed);
      if (!mayTheSame(before, changed)) this.#holders.end(userHold(id));
      return changed;
    });
  }

  /** Removes a user and ends the connections. @throws LookoutError `not_found`; `conflict` for the last admin */
  remove(id: string): Promise<void> {
    return this.#turns.take(async () => {
      this.#require(id);
      this.#requireAdminBesides(id);
      await this.#store.remove(id);
      this.#users.delete(id);
      this.#holders.end(userHold(id));
    });
  }

  /** Whether a user can sign in as admin. */
  hasAdmin(): boolean {
    return this.list().some(({ user, password }) => isAdmin(user) && password !== undefined);
  }

  /** Whether anybody can sign in with a password. */
  hasPasswords(): boolean {
    return this.list().some(({ password }) => password !== undefined);
  }

  /** Removes a camera that was deleted from the storage from all users. */
  forgetCamera(cameraId: string): void {
    for (const { user, ...rest } of this.#users.values()) {
      const cameras = user.cameras?.filter((id) => id !== cameraId);
      if (cameras) this.#users.set(user.id, { ...rest, user: { ...user, cameras } });
    }
  }

  /** Takes over what is stored now; ends what belongs to those who may no longer do it. @throws LookoutError `storage_failed` */
  reload(): Promise<void> {
    return this.#turns.take(async () => {
      const before = this.#users;
      this.#users = new Map((await this.#store.list()).map((stored) => [stored.user.id, stored]));
      for (const [id, stored] of before) {
        const now = this.#users.get(id);
        if (!now || !mayTheSame(stored, now)) this.#holders.end(userHold(id));
      }
    });
  }

  #require(id: string): StoredUser {
    const found = this.#users.get(id);
    if (!found) throw new LookoutError('not_found', 'There is no such user');
    return found;
  }

  /** @param user as it would be; undefined: gone */
  #requireAdminBesides(id: string, user?: StoredFields): void {
    const before = this.#users.get(id)?.user;
    if (!before || !isAdmin(before) || (user && isAdmin(user))) return;
    if (this.list().some((other) => other.user.id !== id && isAdmin(other.user))) return;
    throw new LookoutError('conflict', 'This is the last user who is an admin', {
      hint: 'Make somebody else an admin first.',
    });
  }
}

function isAdmin({ role, disabled }: StoredFields): boolean {
  return role === 'admin' && !disabled;
}

function mayTheSame(one: StoredUser, other: StoredUser): boolean {
  const rights = ({ user: { role, cameras, disabled } }: StoredUser) => JSON.stringify([role, cameras, disabled]);
  return rights(one) === rights(other);
}
