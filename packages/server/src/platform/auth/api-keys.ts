import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type ApiKey, LookoutError, type NewApiKey } from '@lookout/protocol';
import type { KeyStore } from '../storage/key-store.js';
import type { SignedIn } from './principal.js';

export interface ApiKeysOptions {
  readonly store: KeyStore;
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

/** API keys, the sessions opened with them, and the connections admitted by either. */
export class ApiKeys {
  readonly #store: KeyStore;
  readonly #trustsLocal: boolean;
  readonly #now: () => number;
  readonly #holders = new Holders();
  #foreignChanges: number;

  constructor({ store, trustsLocal, now = Date.now }: ApiKeysOptions) {
    this.#store = store;
    this.#trustsLocal = trustsLocal;
    this.#now = now;
    this.#foreignChanges = store.foreignChanges();
  }

  list(): ApiKey[] {
    return this.#store.list();
  }

  /**
   * Creates a key; only its hash is stored.
   * @throws LookoutError `conflict` if the name is taken or there are too many keys
   */
  create({ name, scope, cameras }: NewApiKey): ApiKey & { key: string } {
    const others = this.#store.list();
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
    const made: ApiKey = { id: randomUUID(), name, scope, ...(cameras && { cameras }), created_at: this.#now() };
    this.#store.insert(made, hashSecret(key));
    return { ...made, key };
  }

  /**
   * Creates an admin key at the first start of a server that requires keys.
   * @returns the key, to be shown once and never stored or logged; undefined if an admin key exists or none is needed
   */
  createFirst(): string | undefined {
    const keys = this.#store.list();
    if (this.#trustsLocal || keys.some(({ scope }) => scope === 'admin')) return undefined;
    const isTaken = keys.some(({ name }) => name === 'admin');
    return this.create({ name: isTaken ? `admin ${keys.length + 1}` : 'admin', scope: 'admin' }).key;
  }

  /**
   * Revokes a key, and ends its sessions and the connections it admitted.
   * @throws LookoutError `not_found`; `conflict` for the last admin key if nothing else would admit an administrator
   */
  revoke(id: string): void {
    const keys = this.#store.list();
    const key = keys.find((each) => each.id === id);
    if (!key) throw new LookoutError('not_found', 'There is no such API key');
    const isLastAdmin = key.scope === 'admin' && keys.filter(({ scope }) => scope === 'admin').length === 1;
    if (isLastAdmin && !this.#trustsLocal) {
      throw new LookoutError('conflict', 'This is the last admin key: without it nobody could manage the server', {
        hint: 'Create another admin key first.',
      });
    }
    this.#store.remove(id);
    this.#holders.end(keyHold(id));
  }

  /** Removes a deleted camera from all keys, so that they do not open a later camera with the same id. */
  forgetCamera(cameraId: string): void {
    this.#store.forgetCamera(cameraId);
  }

  /** The holder of this key. */
  byKey(key: string): SignedIn | undefined {
    const found = this.#store.byHash(hashSecret(key));
    return found && { ...signedIn(found), kind: 'key', hold: (end) => this.#holders.hold(keyHold(found.id), end) };
  }

  /** The holder of this session, unless it has ended. */
  bySession(session: string): SignedIn | undefined {
    const hash = hashSecret(session);
    const found = this.#store.bySession(hash, this.#now());
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
  openSession(keyId: string): string {
    const session = newSecret('ls_');
    const now = this.#now();
    this.#store.openSession(hashSecret(session), keyId, now + SESSION_LIFETIME_MS, now);
    return session;
  }

  /**
   * Creates a code that signs in one other device within five minutes.
   * @param keyId the key to sign in with; undefined: a new admin key is created for the device when it signs in, so that it can
   * be revoked
   */
  createSignInCode(keyId?: string): { code: string; expires_at: number } {
    const code = newSecret('');
    const now = this.#now();
    const expires_at = now + CODE_LIFETIME_MS;
    this.#store.addCode(hashSecret(code), keyId, expires_at, now);
    return { code, expires_at };
  }

  /** Opens a session with a sign-in code. @returns the cookie's value; undefined if the code was used or has expired */
  openSessionByCode(code: string): string | undefined {
    const now = this.#now();
    const taken = this.#store.takeCode(hashSecret(code), now);
    if (!taken) return undefined;
    return this.openSession(taken.keyId ?? this.#createDeviceKey(now));
  }

  #createDeviceKey(nowMs: number): string {
    const names = new Set(this.#store.list().map(({ name }) => name));
    const day = new Date(nowMs).toISOString().slice(0, 10);
    let count = 1;
    while (names.has(deviceName(day, count))) count++;
    return this.create({ name: deviceName(day, count), scope: 'admin' }).id;
  }

  closeSession(session: string): void {
    const hash = hashSecret(session);
    this.#store.closeSession(hash);
    this.#holders.end(sessionHold(hash));
  }

  /** Checks every second for keys revoked by another process. @returns a function that stops it */
  watch(): () => void {
    const timer = setInterval(() => this.lookForRevoked(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }

  /** Ends the connections of keys revoked by another process. */
  lookForRevoked(): void {
    const changes = this.#store.foreignChanges();
    if (changes === this.#foreignChanges) return;
    this.#foreignChanges = changes;
    const valid = new Set(this.#store.list().map(({ id }) => keyHold(id)));
    for (const id of this.#holders.ids) {
      if (id.startsWith(keyHold('')) && !valid.has(id)) this.#holders.end(id);
    }
  }
}

function signedIn({ id, name, scope, cameras }: ApiKey) {
  return { id, name, scope, ...(cameras && { cameras }) };
}

const deviceName = (day: string, count: number) => `device ${count} of ${day}`;
const keyHold = (id: string) => `key ${id}`;
const sessionHold = (hash: Uint8Array) => `session ${Buffer.from(hash).toString('base64')}`;

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

  /** Ids with open connections. */
  get ids(): readonly string[] {
    return [...this.#ends.keys()];
  }
}
