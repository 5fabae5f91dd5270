import { randomUUID } from 'node:crypto';
import { MAX_SESSIONS, type SessionRepository, type StoredSession, Turns } from '../storage/index.js';
import type { Device } from './device.js';
import type { Holders } from './holders.js';
import { hashSecret, nameOfHash, newSecret } from './secrets.js';

export interface SessionsOptions {
  readonly store: SessionRepository;
  readonly holders: Holders;
  /** Unix epoch ms. */
  readonly now: () => number;
}

/** Whose a session is. */
export type Subject = { readonly keyId: string } | { readonly userId: string };

export const SESSION_LIFETIME_MS = 30 * 24 * 3600_000;
/** How exactly it is known when a session was last used, so that requests don't write. */
const SEEN_WITHIN_MS = 60_000;

/** What is held as long as a session lasts. */
export const sessionHold = (id: string) => `session ${id}`;

/** Sessions of browsers. Requests are checked against a copy in memory. */
export class Sessions {
  readonly #store: SessionRepository;
  readonly #holders: Holders;
  readonly #now: () => number;
  readonly #turns = new Turns();
  /** By the hash of their cookie; those that expire first come first. */
  #sessions = new Map<string, StoredSession>();
  /** Ids of those used since that was last stored. */
  readonly #used = new Set<string>();

  constructor({ store, holders, now }: SessionsOptions) {
    this.#store = store;
    this.#holders = holders;
    this.#now = now;
  }

  /** Those that have not expired, used most lately first. */
  list(): StoredSession[] {
    const now = this.#now();
    return [...this.#sessions.values()]
      .filter(({ expiresAt }) => expiresAt > now)
      .sort((one, other) => other.lastSeenAt - one.lastSeenAt);
  }

  /** The session of this cookie, unless it has ended; notes that it was used. */
  find(cookie: string): StoredSession | undefined {
    const found = this.#sessions.get(nameOfHash(hashSecret(cookie)));
    const now = this.#now();
    if (!found || found.expiresAt <= now) return undefined;
    if (now - found.lastSeenAt >= SEEN_WITHIN_MS) {
      found.lastSeenAt = now;
      this.#used.add(found.id);
    }
    return found;
  }

  /** Opens a session. @returns the cookie's value */
  async open(subject: Subject, device: Device): Promise<string> {
    const cookie = newSecret('ls_');
    const now = this.#now();
    const opened: StoredSession = {
      id: randomUUID(),
      hash: hashSecret(cookie),
      ...subject,
      ...device,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: now + SESSION_LIFETIME_MS,
    };
    await this.#turns.take(async () => {
      await this.#store.open(opened, now);
      for (const [hash, { expiresAt }] of this.#sessions) {
        if (expiresAt > now && this.#sessions.size < MAX_SESSIONS) break;
        this.#sessions.delete(hash);
      }
      this.#sessions.set(nameOfHash(opened.hash), opened);
    });
    return cookie;
  }

  /** Ends sessions and the connections they admitted. They have ended here even if that could not be stored. */
  async end(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    this.#forget((session) => ids.includes(session.id));
    await this.#turns.take(() => this.#store.remove(ids));
  }

  /** Forgets the sessions of whoever is gone, which the storage has removed with them. */
  forget(isGone: (session: StoredSession) => boolean): void {
    this.#forget(isGone);
  }

  #forget(isGone: (session: StoredSession) => boolean): void {
    for (const [hash, session] of this.#sessions) {
      if (!isGone(session)) continue;
      this.#sessions.delete(hash);
      this.#holders.end(sessionHold(session.id));
    }
  }

  /** Stores when sessions were last used. @throws LookoutError `storage_failed` */
  async flush(): Promise<void> {
    const times = this.list().filter(({ id }) => this.#used.has(id));
    this.#used.clear();
    if (times.length > 0) await this.#store.seen(times.map(({ id, lastSeenAt }) => ({ id, atMs: lastSeenAt })));
  }

  /** Takes over what is stored now; ends what belonged to sessions that are gone. @throws LookoutError `storage_failed` */
  reload(): Promise<void> {
    return this.#turns.take(async () => {
      const stored = await this.#store.list(this.#now());
      const kept = new Set(stored.map(({ id }) => id));
      this.#forget(({ id }) => !kept.has(id));
      const before = new Map([...this.#sessions.values()].map((session) => [session.id, session.lastSeenAt]));
      this.#sessions = new Map(
        stored.map((session) => [
          nameOfHash(session.hash),
          { ...session, lastSeenAt: Math.max(session.lastSeenAt, before.get(session.id) ?? 0) },
        ]),
      );
    });
  }
}
