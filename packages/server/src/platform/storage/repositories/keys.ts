import type { ApiKey } from '@lookout/protocol';

/** Maximum number of sessions; the ones that expire first are dropped. */
export const MAX_SESSIONS = 1000;
/** Maximum number of sign-in codes; the ones that expire first are dropped. */
export const MAX_CODES = 100;

/** An API key; `hash` is the SHA-256 of its secret. */
export interface StoredKey {
  key: ApiKey;
  hash: Uint8Array;
}

/** A browser's session. `hash` is the SHA-256 of its cookie. */
export interface StoredSession {
  hash: Uint8Array;
  keyId: string;
  /** Unix epoch ms. */
  expiresAt: number;
}

/** API keys, the browser sessions opened with them, and codes that sign in another device. Only hashes of secrets are stored. */
export interface KeyRepository {
  /** All keys, oldest first. */
  list(): Promise<StoredKey[]>;
  /** All sessions that have not expired; those that expire first come first. */
  sessions(nowMs: number): Promise<StoredSession[]>;
  insert(stored: StoredKey): Promise<void>;
  /** Removes a key and its sessions. */
  remove(id: string): Promise<void>;
  /** Stores a session; drops expired ones, and others so that at most `MAX_SESSIONS` remain. */
  openSession(session: StoredSession, nowMs: number): Promise<void>;
  closeSession(hash: Uint8Array): Promise<void>;
  /** Stores a code that signs in one device. @param keyId undefined: with a new key */
  addCode(code: { hash: Uint8Array; keyId?: string; expiresAt: number }, nowMs: number): Promise<void>;
  /** Removes a valid code, so that it works once. @returns undefined if there is none */
  takeCode(hash: Uint8Array, nowMs: number): Promise<{ keyId?: string } | undefined>;
  /** A number that changes when another process writes to the database. */
  foreignChanges(): Promise<number>;
}
