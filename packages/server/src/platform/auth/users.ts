import { randomUUID } from 'node:crypto';
import {
  type ApiKeyScope,
  LookoutError,
  limitsCameras,
  type NewUser,
  type UserChange,
  UserName,
} from '@lookout/protocol';
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

/** Under which name somebody outside vouches for a person: a proxy, or an OpenID Connect provider by its address. */
export type Identity = NonNullable<StoredFields['identity']>;

/** What a proxy or provider says about a person. */
export interface OutsidePerson {
  readonly identity: Identity;
  /** To be known by in lists and the log. */
  readonly name: string;
  readonly displayName: string;
  readonly role: ApiKeyScope;
}

/** The issuer of those whom a proxy names; those of providers are addresses. */
export const PROXY_ISSUER = 'proxy';
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

  byIdentity({ issuer, subject }: Identity): StoredUser | undefined {
    for (const stored of this.#users.values()) {
      const { identity } = stored.user;
      if (identity?.subject === subject && identity.issuer === issuer) return stored;
    }
    return undefined;
  }

  /** @throws LookoutError `conflict` if the name is taken or there are too many users */
  async create({ name, display_name, role, cameras, password }: NewUser): Promise<StoredUser> {
    const hash = password === undefined ? undefined : await this.#passwords.hash(password);
    return this.#turns.take(() =>
      this.#insert({ name, display_name: display_name || name, role, ...(cameras && { cameras }) }, hash),
    );
  }

  async #insert(fields: Omit<StoredFields, 'id' | 'disabled' | 'created_at'>, password?: string): Promise<StoredUser> {
    if (this.#users.size >= MAX_USERS) {
      throw new LookoutError('conflict', `This server already has ${MAX_USERS} users, its maximum`, {
        hint: 'Remove those who no longer use it.',
      });
    }
    const made: StoredUser = {
      user: { ...fields, id: randomUUID(), disabled: false, created_at: this.#now() },
      ...(password !== undefined && { password }),
    };
    await this.#store.insert(made);
    this.#users.set(made.user.id, made);
    return made;
  }

  /**
   * Takes over what a proxy or provider says about a person: a new user, or the one of this identity with another role or name to
   * show. Never a user of this server, whatever the names.
   * @throws LookoutError `conflict` if there are too many users, or another node has just made this one
   */
  takeOver({ identity, name, displayName, role }: OutsidePerson): Promise<StoredUser> {
    return this.#turns.take(async () => {
      const before = this.byIdentity(identity);
      if (!before) {
        return this.#insert({ identity, name: this.#freeName(name), display_name: displayName || name, role });
      }
      const { cameras, ...fields } = before.user;
      const changed: StoredUser = {
        ...before,
        user: {
          ...fields,
          display_name: displayName || name,
          role,
          ...(cameras && limitsCameras(role) && { cameras }),
        },
      };
      await this.#replace(before, changed);
      return changed;
    });
  }

  async #replace(before: StoredUser, changed: StoredUser): Promise<void> {
    await this.#store.update(changed);
    this.#users.set(changed.user.id, changed);
    if (!mayTheSame(before, changed)) this.#holders.end(userHold(changed.user.id));
  }

  /** A name that nobody has, as much like the given one as names may be: `Ann Miller` → `ann-miller`, or `ann-miller-2`. */
  #freeName(wanted: string): string {
    const plain = wanted.toLowerCase().replace(/[^\p{L}\p{N}._@+-]+/gu, '-');
    // Leaves room for a number.
    const base = UserName.safeParse(plain.replace(/^[^\p{L}\p{N}]+/u, '').slice(0, 58)).data ?? 'user';
    const taken = new Set(this.list().map(({ user }) => user.name));
    for (let count = 1; ; count++) {
      const name = count === 1 ? base : `${base}-${count}`;
      if (!taken.has(name)) return name;
    }
  }

  /**
   * Changes a user. Connections end if the role or the cameras are other ones, or the user is disabled.
   * @throws LookoutError `not_found`; `conflict` if the name is taken, nobody would be an admin afterwards, or it comes from outside;
   * `validation_failed` for cameras of a role that can't be limited
   */
  async change(id: string, { password, cameras, ...change }: UserChange): Promise<StoredUser> {
    const hash = password === undefined ? undefined : await this.#passwords.hash(password);
    return this.#turns.take(async () => {
      const before = this.#require(id);
      requireOwn(before.user, { ...change, password });
      const { cameras: camerasBefore, ...fields } = before.user;
      const merged = { ...fields, ...change };
      if (cameras && !limitsCameras(merged.role)) {
        throw new LookoutError('validation_failed', 'Only operators and viewers can be limited to some cameras');
      }
      const limit = cameras === undefined ? camerasBefore : (cameras ?? undefined);
      const user: StoredFields = { ...merged, ...(limit && limitsCameras(merged.role) && { cameras: limit }) };
      if (user.display_name === '') user.display_name = user.name;
      const changed: StoredUser = {
        user,
        ...((hash ?? before.password) && { password: hash ?? before.password }),
      } as StoredUser;
      await this.#replace(before, changed);
      return changed;
    });
  }

  /** Removes a user and ends the connections. @throws LookoutError `not_found`; `conflict` for the last admin */
  remove(id: string): Promise<void> {
    return this.#turns.take(async () => {
      this.#require(id);
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
}

/** Whether it is an admin who stays one, whatever becomes of groups elsewhere. */
function isAdmin({ role, disabled, identity }: StoredFields): boolean {
  return role === 'admin' && !disabled && identity === undefined;
}

/** @throws LookoutError `conflict` if a change is up to whoever vouches for the user */
function requireOwn({ identity, ...user }: StoredFields, change: Omit<UserChange, 'cameras'>): void {
  if (!identity) return;
  const fixed = (['name', 'display_name', 'role'] as const).find(
    (field) => change[field] !== undefined && change[field] !== user[field],
  );
  if (fixed === undefined && change.password === undefined) return;
  const source = identity.issuer === PROXY_ISSUER ? 'the proxy' : identity.issuer;
  throw new LookoutError('conflict', `${user.name} is known from ${source}, where name, role and password come from`, {
    hint: 'Change the groups there, or their roles in lookout.yaml. Here you can limit the cameras and keep this person out.',
  });
}

function mayTheSame(one: StoredUser, other: StoredUser): boolean {
  const rights = ({ user: { role, cameras, disabled } }: StoredUser) => JSON.stringify([role, cameras, disabled]);
  return rights(one) === rights(other);
}
