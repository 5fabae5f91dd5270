import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type ApiKey, LookoutError, type NewApiKey } from '@lookout/protocol';
import type { KeyStore } from '../storage/key-store.js';
import type { SignedIn } from './principal.js';

export interface ApiKeysOptions {
  readonly store: KeyStore;
  /** Whether this machine's owner comes in without a key. */
  readonly trustsLocal: boolean;
  /** Unix epoch ms. */
  readonly now?: () => number;
}

/** How long a sign-in code is good for. */
const CODE_LIFETIME_MS = 5 * 60_000;
export const SESSION_LIFETIME_MS = 30 * 24 * 3600_000;
/** Most keys. */
const MAX_KEYS = 1000;
/** How often changes of other processes are looked for: `lookout keys revoke` beside a running server. */
const LOOK_EVERY_MS = 1000;

/** The API keys, the sessions opened with them, and the connections that either let in. */
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
   * Makes a key; only its hash is kept.
   * @throws LookoutError `conflict` for a name that another key has, and where there are too many.
   */
  create({ name, scope, cameras }: NewApiKey): ApiKey & { key: string } {
    const others = this.#store.list();
    if (others.length >= MAX_KEYS) {
      throw new LookoutError('conflict', `There are ${MAX_KEYS} API keys already, the most this server takes`, {
        hint: 'Revoke those that nobody uses.',
      });
    }
    if (others.some((other) => other.name === name)) {
      throw new LookoutError('conflict', `There is an API key named "${name}" already`, {
        hint: 'Choose another name.',
      });
    }
    const key = newSecret('lk_');
    const made: ApiKey = { id: randomUUID(), name, scope, ...(cameras && { cameras }), created_at: this.#now() };
    this.#store.insert(made, hashSecret(key));
    return { ...made, key };
  }

  /**
   * The first start of a server that asks for keys makes an admin key.
   * @returns the key, to be shown once and never stored or logged; `undefined` when there is one already or none is needed.
   */
  createFirst(): string | undefined {
    const keys = this.#store.list();
    if (this.#trustsLocal || keys.some(({ scope }) => scope === 'admin')) return undefined;
    const isTaken = keys.some(({ name }) => name === 'admin');
    return this.create({ name: isTaken ? `admin ${keys.length + 1}` : 'admin', scope: 'admin' }).key;
  }

  /**
   * The key is not valid any more, its sessions end, and so do the connections it let in.
   * @throws LookoutError `not_found`; `conflict` for the last admin key where nothing else would let an admin in.
   */
  revoke(id: string): void {
    const keys = this.#store.list();
    const key = keys.find((each) => each.id === id);
    if (!key) throw new LookoutError('not_found', 'There is no such API key');
    const isLastAdmin = key.scope === 'admin' && keys.filter(({ scope }) => scope === 'admin').length === 1;
    if (isLastAdmin && !this.#trustsLocal) {
      throw new LookoutError('conflict', 'This is the last admin key: without it nobody could manage this server', {
        hint: 'Make another admin key first.',
      });
    }
    this.#store.remove(id);
    this.#holders.end(keyHold(id));
  }

  /** A camera is gone: keys made for it are for no camera of that name that comes later. */
  forgetCamera(cameraId: string): void {
    this.#store.forgetCamera(cameraId);
  }

  /** Who has this key. */
  byKey(key: string): SignedIn | undefined {
    const found = this.#store.byHash(hashSecret(key));
    return found && { ...signedIn(found), kind: 'key', hold: (end) => this.#holders.hold(keyHold(found.id), end) };
  }

  /** Who has this session, where it has not ended. */
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

  /** Opens a session of a key. @returns the cookie's value. */
  openSession(keyId: string): string {
    const session = newSecret('ls_');
    const now = this.#now();
    this.#store.openSession(hashSecret(session), keyId, now + SESSION_LIFETIME_MS, now);
    return session;
  }

  /**
   * Makes a code that signs another device in, once and soon.
   * @param keyId of whose it signs in; absent: an admin key is made for the device when it comes, so that it can be revoked.
   */
  createSignInCode(keyId?: string): { code: string; expires_at: number } {
    const code = newSecret('');
    const now = this.#now();
    const expires_at = now + CODE_LIFETIME_MS;
    this.#store.addCode(hashSecret(code), keyId, expires_at, now);
    return { code, expires_at };
  }

  /** Opens a session for whoever has the code. @returns the cookie's value; undefined where the code was used or has expired. */
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

  /** Looks every second for keys that another process has revoked. @returns ends that. */
  watch(): () => void {
    const timer = setInterval(() => this.lookForRevoked(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }

  /** Ends the connections of keys that another process has revoked. */
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

/** 256 random bits: too many to guess, so a plain SHA-256 protects the stored hash as well as a slow one would. */
export function newSecret(prefix: 'lk_' | 'ls_' | ''): string {
  return prefix + randomBytes(32).toString('base64url');
}

export function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}

/** Connections that were let in by something that may end, by what that is. */
export class Holders {
  readonly #ends = new Map<string, Set<() => void>>();

  /** Calls `end` when what let the connection in has ended. @returns takes it back, idempotent. */
  hold(id: string, end: () => void): () => void {
    const ends = this.#ends.get(id) ?? new Set();
    ends.add(end);
    this.#ends.set(id, ends);
    return () => {
      ends.delete(end);
      if (ends.size === 0 && this.#ends.get(id) === ends) this.#ends.delete(id);
    };
  }

  /** Ends all connections that `id` let in, once. */
  end(id: string): void {
    const ends = this.#ends.get(id);
    this.#ends.delete(id);
    for (const end of ends ?? []) end();
  }

  /** What has let connections in that are open now. */
  get ids(): readonly string[] {
    return [...this.#ends.keys()];
  }
}
