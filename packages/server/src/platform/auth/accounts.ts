import { randomBytes } from 'node:crypto';
import { type ApiKey, LookoutError, type PasskeyAssertion, type UserChange } from '@lookout/protocol';
import type { Repositories, StoredSession, StoredUser } from '../storage/index.js';
import { ApiKeys, keyHold } from './api-keys.js';
import type { Device } from './device.js';
import { Holders } from './holders.js';
import type { PasskeySite } from './passkey-site.js';
import { Passkeys, passkeyRefused } from './passkeys.js';
import { PasswordLimits } from './password-limits.js';
import { Passwords } from './passwords.js';
import type { SignedIn } from './principal.js';
import { Sessions, type Subject, sessionHold } from './sessions.js';
import { SharedLimits } from './shared-limits.js';
import { type Identity, Users, userHold } from './users.js';

export interface AccountsOptions {
  readonly store: Pick<Repositories, 'keys' | 'users' | 'passkeys' | 'sessions'>;
  /** Whether requests from this machine need no key. */
  readonly trustsLocal: boolean;
  /** Unix epoch ms. */
  readonly now?: () => number;
  /** A secret that all nodes have in common; default: this server's own. */
  readonly challengeKey?: Uint8Array;
  /** Default: this server's own. */
  readonly limits?: SharedLimits;
}

/** Interval between checks for changes by other processes, such as `lookout keys revoke` beside a running server. */
const LOOK_EVERY_MS = 1000;

/** Whoever may sign in: keys and users, their sessions, and the connections admitted by them. */
export class Accounts {
  readonly #store: AccountsOptions['store'];
  readonly #holders: Holders;
  readonly #passwords: Passwords;
  readonly #limits: PasswordLimits;
  readonly passkeys: Passkeys;
  #foreignChanges = Number.NaN;
  #looking: Promise<void> | undefined;

  private constructor(
    { store, limits = new SharedLimits(), challengeKey = randomBytes(32), now = Date.now }: AccountsOptions,
    holders: Holders,
    readonly keys: ApiKeys,
    readonly users: Users,
    readonly sessions: Sessions,
    passwords: Passwords,
  ) {
    this.#store = store;
    this.#holders = holders;
    this.#passwords = passwords;
    this.#limits = new PasswordLimits(limits);
    this.passkeys = new Passkeys({ store: store.passkeys, key: challengeKey, limits: this.#limits, now });
  }

  /** Reads all keys, users and sessions. @throws LookoutError `storage_failed` */
  static async open(options: AccountsOptions): Promise<Accounts> {
    const { store, trustsLocal, now = Date.now } = options;
    const holders = new Holders();
    const passwords = new Passwords();
    const users = new Users({ store: store.users, passwords, holders, now });
    const sessions = new Sessions({ store: store.sessions, holders, now });
    const hasAdminUser = () => users.hasAdmin();
    const keys = await ApiKeys.open({ store: store.keys, trustsLocal, holders, hasAdminUser, now });
    const accounts = new Accounts(options, holders, keys, users, sessions, passwords);
    await accounts.refresh();
    return accounts;
  }

  /** The holder of this key. */
  byKey(secret: string): SignedIn | undefined {
    const key = this.keys.bySecret(secret);
    return key && { ...ofKey(key), kind: 'key', hold: this.#holdOf(keyHold(key.id)) };
  }

  /** The holder of this session, unless it has ended. @param cookie its value */
  bySession(cookie: string): SignedIn | undefined {
    const session = this.sessions.find(cookie);
    return session && this.#ofSession(session);
  }

  /** The user for whom a proxy vouches; undefined if there is none, or it may not enter. */
  byIdentity(identity: Identity): SignedIn | undefined {
    const stored = this.users.byIdentity(identity);
    if (!stored || stored.user.disabled) return undefined;
    return { ...ofUser(stored), kind: 'proxy', hold: this.#holdOf(userHold(stored.user.id)) };
  }

  #ofSession({ id, keyId = '', userId }: StoredSession): SignedIn | undefined {
    const kind = 'session' as const;
    const key = this.keys.valid(keyId);
    if (key) return { ...ofKey(key), kind, sessionId: id, hold: this.#holdOf(keyHold(key.id), sessionHold(id)) };
    const stored = userId === undefined ? undefined : this.users.find(userId);
    if (!stored || stored.user.disabled) return undefined;
    return { ...ofUser(stored), kind, sessionId: id, hold: this.#holdOf(userHold(stored.user.id), sessionHold(id)) };
  }

  #holdOf(...ids: string[]): SignedIn['hold'] {
    return (end) => {
      const releases = ids.map((id) => this.#holders.hold(id, end));
      return () => {
        for (const release of releases) release();
      };
    };
  }

  /**
   * The user with this name and password. Answers the same, after the same time, whether the name, the password or the account
   * is at fault.
   * @throws LookoutError `unauthorized`, `too_many_requests`, `unavailable`
   */
  async byPassword(name: string, password: string, address: string): Promise<StoredUser> {
    await this.refresh();
    await this.#limits.count(name.trim().toLowerCase(), address);
    const found = this.users.byName(name);
    const isRight = await this.#passwords.matches(found?.password, password);
    if (found && isRight && !found.user.disabled) return found;
    throw new LookoutError('unauthorized', 'The name or the password is not right', {
      hint: 'Check both. Somebody who is an admin can set a new password.',
    });
  }

  /** The user whose passkey has answered. @throws LookoutError `unauthorized`, the same whatever is wrong; `too_many_requests` */
  async byPasskey(given: PasskeyAssertion, site: PasskeySite, address: string): Promise<StoredUser> {
    const id = await this.passkeys.verify(given, site, address);
    await this.refresh();
    const found = this.users.find(id);
    if (found && !found.user.disabled) return found;
    throw passkeyRefused();
  }

  /** Opens a session. @returns the cookie's value, and who is signed in */
  async openSession(subject: Subject, device: Device): Promise<{ session: string; principal: SignedIn }> {
    const session = await this.sessions.open(subject, device);
    const principal = this.bySession(session);
    if (!principal) throw new LookoutError('unauthorized', 'This account has just been removed or disabled');
    return { session, principal };
  }

  /**
   * Changes a user; a new password and disabling end the sessions. A new password removes the passkeys too, so that nobody else has a way
   * in.
   * @param keptSession id of the session that makes the change, which does not end
   * @throws LookoutError, see `Users.change`
   */
  async changeUser(id: string, change: UserChange, keptSession?: string): Promise<StoredUser> {
    const changed = await this.#changeUser(id, change, keptSession);
    if (change.password !== undefined) await this.passkeys.remove(id);
    return changed;
  }

  async #changeUser(id: string, change: UserChange, keptSession: string | undefined): Promise<StoredUser> {
    const changed = await this.users.change(id, change);
    if (change.password !== undefined || change.disabled) await this.#endSessions(id, keptSession);
    return changed;
  }

  /** Ends a user's sessions and everything that is open. @throws LookoutError `storage_failed` */
  async endAll(id: string): Promise<void> {
    this.#holders.end(userHold(id));
    await this.#endSessions(id);
  }

  async #endSessions(id: string, keptSession?: string): Promise<void> {
    const ended = this.sessions.list().filter(({ userId, id: session }) => userId === id && session !== keptSession);
    await this.sessions.end(ended.map((session) => session.id));
  }

  /** A user's own change, which leaves the passkeys. @throws LookoutError `forbidden` if the current password is not right; `too_many_requests` */
  async changePassword(
    { user, password }: StoredUser,
    { current, next, address, session }: { current: string; next: string; address: string; session?: string },
  ): Promise<void> {
    await this.#limits.count(user.name, address);
    if (!(await this.#passwords.matches(password, current))) {
      throw new LookoutError('forbidden', 'The current password is not right');
    }
    await this.#changeUser(user.id, { password: next }, session);
  }

  /** Removes a user. @throws LookoutError `not_found`; `conflict` for the last admin */
  async removeUser(id: string): Promise<void> {
    await this.users.remove(id);
    this.sessions.forget(({ userId }) => userId === id);
  }

  /** Revokes a key, and ends its sessions and the connections it admitted. @throws LookoutError, see `ApiKeys.revoke` */
  async revokeKey(id: string): Promise<void> {
    await this.keys.revoke(id);
    this.sessions.forget(({ keyId }) => keyId === id);
  }

  /** Takes a camera that was deleted out of what keys and users may access. */
  forgetCamera(cameraId: string): void {
    this.keys.forgetCamera(cameraId);
    this.users.forgetCamera(cameraId);
  }

  /**
   * Looks every second for what another process revoked, and ends its connections.
   * @param onFault the storage can't be read
   * @returns a function that stops it
   */
  watch(onFault: (error: unknown) => void): () => Promise<void> {
    const look = async () => {
      this.keys.endExpired();
      await this.refresh();
      await this.sessions.flush();
    };
    const timer = setInterval(() => void look().catch(onFault), LOOK_EVERY_MS);
    return async () => {
      clearInterval(timer);
      await this.sessions.flush().catch(onFault);
    };
  }

  /** Takes over what another process changed since the last time. @throws LookoutError `storage_failed` */
  refresh(): Promise<void> {
    this.#looking ??= this.#refresh().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #refresh(): Promise<void> {
    const changes = await this.#store.keys.foreignChanges();
    if (changes === this.#foreignChanges) return;
    await Promise.all([this.keys.reload(), this.users.reload()]);
    await this.sessions.reload();
    this.#foreignChanges = changes;
  }
}

function ofKey({ id, name, scope, cameras }: ApiKey) {
  return { id, name, scope, ...(cameras && { cameras }) };
}

function ofUser({ user: { id, name, display_name, role, cameras } }: StoredUser) {
  return { id, name: display_name, user: { id, name }, scope: role, ...(cameras && { cameras }) };
}
