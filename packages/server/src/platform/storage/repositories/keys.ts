import type { ApiKey } from '@lookout/protocol';

/** Maximum number of sign-in codes; the ones that expire first are dropped. */
export const MAX_CODES = 100;

/** An API key; `hash` is the SHA-256 of its secret. */
export interface StoredKey {
  key: ApiKey;
  hash: Uint8Array;
}

/** Whom a sign-in code signs in: at most one of the two. */
export interface CodeSubject {
  keyId?: string;
  userId?: string;
}

/** API keys, and codes that sign in another device. Only hashes of secrets are stored. */
export interface KeyRepository {
  /** All keys, oldest first. */
  list(): Promise<StoredKey[]>;
  insert(stored: StoredKey): Promise<void>;
  /**
   * Removes a key and its sessions.
   * @param options.mayBeLast whether nobody else need be able to sign in as admin
   * @throws LookoutError `conflict` for the last admin key
   */
  remove(id: string, options: { mayBeLast: boolean }): Promise<void>;
  /** Stores a code that signs in one device: as that key, as that user or, with neither, with a new key. */
  addCode(code: CodeSubject & { hash: Uint8Array; expiresAt: number }, nowMs: number): Promise<void>;
  /** Removes a valid code, so that it works once. @returns undefined if there is none */
  takeCode(hash: Uint8Array, nowMs: number): Promise<CodeSubject | undefined>;
  /** A number that changes when another process writes to the database. */
  foreignChanges(): Promise<number>;
}
