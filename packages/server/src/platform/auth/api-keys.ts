import { randomUUID } from 'node:crypto';
import { type ApiKey, LookoutError, type NewApiKey } from '@lookout/protocol';
import { type CodeSubject, type KeyRepository, type StoredKey, Turns } from '../storage/index.js';
import { Holders } from './holders.js';
import { hashSecret, nameOfHash, newSecret } from './secrets.js';

export interface ApiKeysOptions {
  readonly store: KeyRepository;
  /** Whether requests from this machine need no key. */
  readonly trustsLocal: boolean;
  /** Who holds connections that end with a key. */
  readonly holders?: Holders;
  /** Whether a user can sign in as admin. */
  readonly hasAdminUser?: () => boolean;
  /** Unix epoch ms. */
  readonly now?: () => number;
}

/** Lifetime of a sign-in code. */
const CODE_LIFETIME_MS = 5 * 60_000;
/** Maximum number of keys. */
const MAX_KEYS = 1000;

/** What is held as long as a key lasts. */
export const keyHold = (id: string) => `key ${id}`;

/** API keys, and codes that sign in another device. Requests are checked against a copy in memory. Changes are stored first. */
export class ApiKeys {
  readonly #store: KeyRepository;
  readonly #trustsLocal: boolean;
  readonly #now: () => number;
  readonly #holders: Holders;
  readonly #hasAdminUser: () => boolean;
  readonly #turns = new Turns();
  /** Keys by their id, oldest first. */
  #keys = new Map<string, StoredKey>();
  #idByHash = new Map<string, string>();

  private constructor({
    store,
    trustsLocal,
    holders = new Holders(),
    hasAdminUser = () => false,
    now = Date.now,
  }: ApiKeysOptions) {
    this.#store = store;
    this.#holders = holders;
    this.#hasAdminUser = hasAdminUser;
    this.#trustsLocal = trustsLocal;
    this.#now = now;
  }

  /** Reads all keys. @throws LookoutError `storage_failed` */
  static async open(options: ApiKeysOptions): Promise<ApiKeys> {
    const keys = new ApiKeys(options);
    await keys.reload();
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

  async #create({ name, scope, cameras, expires_in_s }: NewApiKey): Promise<ApiKey & { key: string }> {
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
    const now = this.#now();
    const made: ApiKey = {
      id: randomUUID(),
      name,
      scope,
      ...(cameras && { cameras }),
      created_at: now,
      ...(expires_in_s !== undefined && { expires_at: now + expires_in_s * 1000 }),
    };
    await this.#store.insert({ key: made, hash });
    this.#keys.set(made.id, { key: made, hash });
    this.#idByHash.set(nameOfHash(hash), made.id);
    return { ...made, key };
  }

  /**
   * Creates an admin key at the first start of a server that requires keys.
   * @returns the key, to be shown once and never stored or logged; undefined if an admin exists or none is needed
   */
  async createFirst(): Promise<string | undefined> {
    const keys = this.list();
    if (
      this.#trustsLocal ||
      this.#hasAdminUser() ||
      keys.some((key) => key.scope === 'admin' && !this.#hasExpired(key))
    )
      return undefined;
    const isTaken = keys.some(({ name }) => name === 'admin');
    const made = await this.create({ name: isTaken ? `admin ${keys.length + 1}` : 'admin', scope: 'admin' });
    return made.key;
  }

  /**
   * Revokes a key and ends the connections it admitted; the storage removes its sessions.
   * @throws LookoutError `not_found`; `conflict` for the last admin key if nothing else would admit an administrator
   */
  revoke(id: string): Promise<void> {
    return this.#turns.take(async () => {
      const found = this.#keys.get(id);
      if (!found) throw new LookoutError('not_found', 'There is no such API key');
      await this.#store.remove(id, { mayBeLast: this.#trustsLocal });
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

  /** The key with this secret, unless it has expired. */
  bySecret(secret: string): ApiKey | undefined {
    const id = this.#idByHash.get(nameOfHash(hashSecret(secret)));
    return id === undefined ? undefined : this.valid(id);
  }

  /** The key of this id, unless it has expired. */
  valid(id: string): ApiKey | undefined {
    const key = this.find(id);
    return key && !this.#hasExpired(key) ? key : undefined;
  }

  /** The key of this id, expired or not. */
  find(id: string): ApiKey | undefined {
    return this.#keys.get(id)?.key;
  }

  /** Ends the connections of keys that have expired. */
  endExpired(): void {
    for (const { key } of this.#keys.values()) if (this.#hasExpired(key)) this.#holders.end(keyHold(key.id));
  }

  #hasExpired({ expires_at }: ApiKey): boolean {
    return expires_at !== undefined && expires_at <= this.#now();
  }

  /**
   * Creates a code that signs in one other device within five minutes.
   * @param subject whom it signs in; nobody: a new admin key is created for the device when it signs in, so that it can be revoked
   */
  async createSignInCode(subject: CodeSubject = {}): Promise<{ code: string; expires_at: number }> {
    const code = newSecret('');
    const now = this.#now();
    const expires_at = now + CODE_LIFETIME_MS;
    await this.#store.addCode({ hash: hashSecret(code), ...subject, expiresAt: expires_at }, now);
    return { code, expires_at };
  }

  /** Uses up a sign-in code. @returns whom it signs in; undefined if it was used or has expired */
  async takeSignInCode(code: string): Promise<{ keyId: string } | { userId: string } | undefined> {
    const now = this.#now();
    const taken = await this.#store.takeCode(hashSecret(code), now);
    if (!taken) return undefined;
    if (taken.userId !== undefined) return { userId: taken.userId };
    return { keyId: taken.keyId ?? (await this.#createDeviceKey(now)) };
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

  /** Takes over what is stored now; ends what belonged to keys that are gone. @throws LookoutError `storage_failed` */
  reload(): Promise<void> {
    return this.#turns.take(async () => this.#replace(await this.#store.list()));
  }

  /** Ends what belongs to keys that are gone. */
  #replace(keys: readonly StoredKey[]): void {
    const before = this.#keys;
    this.#keys = new Map(keys.map((stored) => [stored.key.id, stored]));
    this.#idByHash = new Map(keys.map(({ key, hash }) => [nameOfHash(hash), key.id]));
    for (const id of before.keys()) if (!this.#keys.has(id)) this.#holders.end(keyHold(id));
  }
}

const deviceName = (day: string, count: number) => `device ${count} of ${day}`;
