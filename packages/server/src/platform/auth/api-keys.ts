import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type ApiKey, LookoutError, type NewApiKey } from '@lookout/protocol';
import { type KeyRepository, MAX_SESSIONS, type StoredKey, type StoredSession, Turns } from '../storage/index.js';
import type { SignedIn } from './principal.js';

export interface ApiKeysOptions {
  readonly store: KeyRepository;
  /** Whether requests from this machine need no key. */
  readonly trustsLocal: boolean;
  /** Unix epoch ms. */
  readonly now?: () => number;
}

/** Lifetime of a sign-in code. */
const CODE_LIFETIME_MS = 5 * 60_000;
export const SESSION_LIFETIME_MS = 30 * 24 * 3600_000;
/** Maximum number of keys. */
const MAX_KEYS = 1000;
/** Interval between checks for changes by other processes, such as `lookout keys revoke` beside a running server. */
const LOOK_EVERY_MS = 1000;

/**
 * API keys, the sessions opened with them, and the connections admitted by either. Requests are checked against a copy in memory.
 * Changes are stored first.
 */
export class ApiKeys {
  readonly #store: KeyRepository;
  readonly #trustsLocal: boolean;
  readonly #now: () => number;
  readonly #holders = new Holders();
  readonly #turns = new Turns();
  /** Keys by their id, oldest first. */
  #keys = new Map<string, StoredKey>();
  #idByHash = new Map<string, string>();
  /** Sessions by their hash; those that expire first come first. */
  readonly #sessions = new Map<string, StoredSession>();
  #foreignChanges = Number.NaN;
  #looking: Promise<void> | undefined;

  private constructor({ store, trustsLocal, now = Date.now }: ApiKeysOptions) {
    this.#store = store;
    this.#trustsLocal = trustsLocal;
    this.#now = now;
  }

  /** Reads all keys and sessions. @throws LookoutError `storage_failed` */
  static async open(options: ApiKeysOptions): Promise<ApiKeys> {
    const keys = new ApiKeys(options);
    await keys.refresh();
    for (const session of await options.store.sessions(keys.#now())) keys.#sessions.set(nameOf(session.hash), session);
    return keys;
  }

  /** Oldest first. */
  list(): ApiKey[] {
    return [...this.#keys.values()].map(({ key }) => key);
  }

  /**
   * Creates a key; only its hash is stored.
   * @throws LookoutError `conflict` if the name is taken or there are too many keys
   */
  create(given: NewApiKey): Promise<ApiKey & { key: string }> {
    return this.#turns.take(() => this.#create(given));
  }

  async #create({ name, scope, cameras }: NewApiKey): Promise<ApiKey & { key: string }> {
    const others = this.list();
    if (others.length >= MAX_KEYS) {
      throw new LookoutError('conflict', `This server already has ${MAX_KEYS} API keys, its maximum`, {
        hint: 'Revoke unused keys.',
      });
    }
    if (others.some((other) => other.name === name)) {
      throw new LookoutError('conflict', `An API key named "${name}" already exists`, {
        hint: 'Choose another name.',
      });
    }
    const key = newSecret('lk_');
    const hash = hashSecret(key);
    const made: ApiKey = { id: randomUUID(), name, scope, ...(cameras && { cameras }), created_at: this.#now() };
    await this.#store.insert({ key: made, hash });
    this.#keys.set(made.id, { key: made, hash });
    this.#idByHash.set(nameOf(hash), made.id);
    return { ...made, key };
  }

  /**
   * Creates an admin key at the first start of a server that requires keys.
   * @returns the key, to be shown once and never stored or logged; undefined if an admin key exists or none is needed
   */
  async createFirst(): Promise<string | undefined> {
    const keys = this.list();
    if (this.#trustsLocal || keys.some(({ scope }) => scope === 'admin')) return undefined;
    const isTaken = keys.some(({ name }) => name === 'admin');
    const made = await this.create({ name: isTaken ? `admin ${keys.length + 1}` : 'admin', scope: 'admin' });
    return made.key;
  }

  /**
   * Revokes a key, and ends its sessions and the connections it admitted.
   * @throws LookoutError `not_found`; `conflict` for the last admin key if nothing else would admit an administrator
   */
  revoke(id: string): Promise<void> {
    return this.#turns.take(async () => {
      const found = this.#keys.get(id);
      if (!found) throw new LookoutError('not_found', 'There is no such API key');
      const isLastAdmin =
        found.key.scope === 'admin' && this.list().filter(({ scope }) => scope === 'admin').length === 1;
      if (isLastAdmin && !this.#trustsLocal) {
        throw new LookoutError('conflict', 'This is the last admin key: without it nobody could manage the server', {
          hint: 'Create another admin key first.',
        });
      }
      await this.#store.remove(id);
      this.#replace([...this.#keys.values()].filter((each) => each !== found));
    });
  }

  /** Removes a camera that was deleted from the storage from all keys. */
  forgetCamera(cameraId: string): void {
    for (const { key, hash } of this.#keys.values()) {
      const cameras = key.cameras?.filter((id) => id !== cameraId);
      if (cameras) this.#keys.set(key.id, { key: { ...key, cameras }, hash });
    }
  }

  /** The holder of this key. */
  byKey(key: string): SignedIn | undefined {
    const found = this.#keys.get(this.#idByHash.get(nameOf(hashSecret(key))) ?? '')?.key;
    return found && { ...signedIn(found), kind: 'key', hold: (end) => this.#holders.hold(keyHold(found.id), end) };
  }

  /** The holder of this session, unless it has ended. */
  bySession(session: string): SignedIn | undefined {
    const hash = nameOf(hashSecret(session));
    const opened = this.#sessions.get(hash);
    if (!opened || opened.expiresAt <= this.#now()) return undefined;
    const found = this.#keys.get(opened.keyId)?.key;
    if (!found) return undefined;
    const hold = (end: () => void) => {
      const releases = [keyHold(found.id), sessionHold(hash)].map((id) => this.#holders.hold(id, end));
      return () => {
        for (const release of releases) release();
      };
    };
    return { ...signedIn(found), kind: 'session', hold };
  }

  /** Opens a session for a key. @returns the cookie's value */
  async openSession(keyId: string): Promise<string> {
    const session = newSecret('ls_');
    const now = this.#now();
    const opened = { hash: hashSecret(session), keyId, expiresAt: now + SESSION_LIFETIME_MS };
    await this.#store.openSession(opened, now);
    for (const [hash, { expiresAt }] of this.#sessions) {
      if (expiresAt > now && this.#sessions.size < MAX_SESSIONS) break;
      this.#sessions.delete(hash);
    }
    this.#sessions.set(nameOf(opened.hash), opened);
    return session;
  }

  /**
   * Creates a code that signs in one other device within five minutes.
   * @param keyId the key to sign in with; undefined: a new admin key is created for the device when it signs in, so that it can
   * be revoked
   */
  async createSignInCode(keyId?: string): Promise<{ code: string; expires_at: number }> {
    const code = newSecret('');
    const now = this.#now();
    const expires_at = now + CODE_LIFETIME_MS;
    await this.#store.addCode({ hash: hashSecret(code), ...(keyId && { keyId }), expiresAt: expires_at }, now);
    return { code, expires_at };
  }

  /** Opens a session with a sign-in code. @returns the cookie's value; undefined if the code was used or has expired */
  async openSessionByCode(code: string): Promise<string | undefined> {
    const now = this.#now();
    const taken = await this.#store.takeCode(hashSecret(code), now);
    if (!taken) return undefined;
    return this.openSession(taken.keyId ?? (await this.#createDeviceKey(now)));
  }

  #createDeviceKey(nowMs: number): Promise<string> {
    return this.#turns.take(async () => {
      const names = new Set(this.list().map(({ name }) => name));
      const day = new Date(nowMs).toISOString().slice(0, 10);
      let count = 1;
      while (names.has(deviceName(day, count))) count++;
      return (await this.#create({ name: deviceName(day, count), scope: 'admin' })).id;
    });
  }

  /** Ends a session and the connections it admitted. It has ended here even if that could not be stored. */
  async closeSession(session: string): Promise<void> {
    const hash = hashSecret(session);
    this.#sessions.delete(nameOf(hash));
    this.#holders.end(sessionHold(nameOf(hash)));
    await this.#store.closeSession(hash);
  }

  /**
   * Looks every second for keys that another process revoked, and ends their connections.
   * @param onFault the storage can't be read
   * @returns a function that stops it
   */
  watch(onFault: (error: unknown) => void): () => void {
    const timer = setInterval(() => void this.refresh().catch(onFault), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }

  /** Takes over what another process changed since the last time. @throws LookoutError `storage_failed` */
  refresh(): Promise<void> {
    this.#looking ??= this.#turns
      .take(async () => {
        const changes = await this.#store.foreignChanges();
        if (changes === this.#foreignChanges) return;
        this.#replace(await this.#store.list());
        this.#foreignChanges = changes;
      })
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }

  /** Ends what belongs to keys that are gone. */
  #replace(keys: readonly StoredKey[]): void {
    const before = this.#keys;
    this.#keys = new Map(keys.map((stored) => [stored.key.id, stored]));
    this.#idByHash = new Map(keys.map(({ key, hash }) => [nameOf(hash), key.id]));
    for (const [hash, { keyId }] of this.#sessions) if (!this.#keys.has(keyId)) this.#sessions.delete(hash);
    for (const id of before.keys()) if (!this.#keys.has(id)) this.#holders.end(keyHold(id));
  }
}

function signedIn({ id, name, scope, cameras }: ApiKey) {
  return { id, name, scope, ...(cameras && { cameras }) };
}

const deviceName = (day: string, count: number) => `device ${count} of ${day}`;
const keyHold = (id: string) => `key ${id}`;
const sessionHold = (hash: string) => `session ${hash}`;
/** A hash as a key of a map. */
const nameOf = (hash: Uint8Array) => Buffer.from(hash).toString('base64');

/** 256 random bits: too many to guess, so SHA-256 protects the stored hash as well as a slow hash would. */
export function newSecret(prefix: 'lk_' | 'ls_' | ''): string {
  return prefix + randomBytes(32).toString('base64url');
}

export function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}

/** Connections grouped by the key, session or link that admitted them. */
export class Holders {
  readonly #ends = new Map<string, Set<() => void>>();

  /** Calls `end` when `id` is revoked. @returns an idempotent function that cancels this */
  hold(id: string, end: () => void): () => void {
    const ends = this.#ends.get(id) ?? new Set();
    ends.add(end);
    this.#ends.set(id, ends);
    return () => {
      ends.delete(end);
      if (ends.size === 0 && this.#ends.get(id) === ends) this.#ends.delete(id);
    };
  }

  /** Ends all connections admitted by `id`, once each. */
  end(id: string): void {
    const ends = this.#ends.get(id);
    this.#ends.delete(id);
    for (const end of ends ?? []) end();
  }
}
