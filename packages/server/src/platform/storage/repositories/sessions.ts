/** Maximum number of sessions; the ones that expire first are dropped. */
export const MAX_SESSIONS = 1000;

/** A browser's session, of an API key or a user. `hash` is the SHA-256 of its cookie. All times: Unix epoch ms. */
export interface StoredSession {
  /** Names the session in lists; tells nothing about the cookie. */
  id: string;
  hash: Uint8Array;
  /** Whose it is: one of the two. */
  keyId?: string;
  userId?: string;
  /** What signed in, as "Firefox" and "Windows"; empty if unknown. */
  browser: string;
  system: string;
  createdAt: number;
  lastSeenAt: number;
  expiresAt: number;
}

/** Sessions of browsers. Those of a removed key or user are removed with it. */
export interface SessionRepository {
  /** All that have not expired; those that expire first come first. */
  list(nowMs: number): Promise<StoredSession[]>;
  /** Stores a session; drops expired ones, and others so that at most `MAX_SESSIONS` remain. */
  open(session: StoredSession, nowMs: number): Promise<void>;
  /** Notes when sessions were last used; unknown ids are ignored. */
  seen(times: ReadonlyArray<{ id: string; atMs: number }>): Promise<void>;
  /** Idempotent. */
  remove(ids: readonly string[]): Promise<void>;
}
