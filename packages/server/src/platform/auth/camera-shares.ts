import { randomBytes, randomUUID } from 'node:crypto';
import { LookoutError, type NewShare, type Share } from '@lookout/protocol';
import { type ShareRepository, type StoredShare, Turns } from '../storage/index.js';
import { hashOfToken, makeToken } from './camera-token.js';
import { TokenGrant } from './token-grant.js';

export interface CameraSharesOptions {
  readonly store: ShareRepository;
  /** 32 random bytes stored outside the database. */
  readonly key: Uint8Array;
  /** Unix epoch ms. */
  readonly now?: () => number;
}

/** Links of one camera. */
export const MAX_SHARES = 50;
const MAX_WATCHERS_SHOWN = 100;
const SEED_BYTES = 32;
/** How soon after its time a link ends. */
const LOOK_EVERY_MS = 1000;

interface LiveShare {
  readonly stored: StoredShare;
  readonly grant: TokenGrant;
}

/**
 * Links that let anybody watch one camera for a time. Like a camera's own links, each is made of a stored seed and a key beside the
 * database. One that has ended is forgotten, so it is answered like one that never was.
 */
export class CameraShares {
  readonly #store: ShareRepository;
  readonly #key: Uint8Array;
  readonly #now: () => number;
  readonly #turns = new Turns();
  /** By id, oldest first. */
  readonly #shares = new Map<string, LiveShare>();
  readonly #byHash = new Map<string, LiveShare>();

  private constructor({ store, key, now = Date.now }: CameraSharesOptions) {
    this.#store = store;
    this.#key = key;
    this.#now = now;
  }

  /** Reads all links that have not ended. @throws LookoutError `storage_failed` */
  static async open(options: CameraSharesOptions): Promise<CameraShares> {
    const shares = new CameraShares(options);
    for (const stored of await options.store.list(shares.#now())) shares.#add(stored);
    return shares;
  }

  /** A camera's links, oldest first, with who watches by them. */
  of(cameraId: string): Share[] {
    return this.#live()
      .filter(({ stored }) => stored.cameraId === cameraId)
      .map(describe);
  }

  /** @throws LookoutError `conflict` if the camera has too many links */
  create(cameraId: string, { expires_in_s: seconds }: NewShare): Promise<Share> {
    return this.#turns.take(async () => {
      if (this.of(cameraId).length >= MAX_SHARES) {
        throw new LookoutError('conflict', `This camera already has ${MAX_SHARES} links, its maximum`, {
          hint: 'End those that are not needed.',
        });
      }
      const createdAt = this.#now();
      const stored: StoredShare = {
        ...{ id: randomUUID(), cameraId, seed: randomBytes(SEED_BYTES), createdAt },
        ...(seconds !== null && { expiresAt: createdAt + seconds * 1000 }),
      };
      await this.#store.insert(stored);
      return describe(this.#add(stored));
    });
  }

  /** Ends a link, and disconnects everyone who watches by it. @throws LookoutError `not_found` */
  end(cameraId: string, id: string): Promise<void> {
    return this.#turns.take(async () => {
      const share = this.#live().find(({ stored }) => stored.id === id && stored.cameraId === cameraId);
      if (!share) throw new LookoutError('not_found', 'There is no such link; it may have ended');
      await this.#store.remove([id]);
      this.#forget([share]);
    });
  }

  /** Takes over what is stored now, by whichever node. @throws LookoutError `storage_failed` */
  reload(): Promise<void> {
    return this.#turns.take(async () => {
      const stored = await this.#store.list(this.#now());
      const ids = new Set(stored.map(({ id }) => id));
      this.#forget([...this.#shares.values()].filter((share) => !ids.has(share.stored.id)));
      for (const share of stored) if (!this.#shares.has(share.id)) this.#add(share);
    });
  }

  find(token: string): TokenGrant | undefined {
    const share = this.#byHash.get(hashOfToken(token));
    return share && this.#isOver(share) ? undefined : share?.grant;
  }

  /** Ends the links of a camera that was removed from the storage. */
  forgetCamera(cameraId: string): void {
    this.#forget([...this.#shares.values()].filter(({ stored }) => stored.cameraId === cameraId));
  }

  /** Ends links whose time is over, and disconnects everyone who watches by them. @throws LookoutError `storage_failed` */
  async endExpired(): Promise<void> {
    const over = [...this.#shares.values()].filter((share) => this.#isOver(share));
    if (over.length === 0) return;
    // Nobody watches any longer because the disk is full.
    this.#forget(over);
    await this.#store.remove(over.map(({ stored }) => stored.id));
  }

  /** Ends links in time. @returns a function that stops this */
  watch(onFault: (error: unknown) => void): () => void {
    const timer = setInterval(() => void this.endExpired().catch(onFault), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }

  #live(): LiveShare[] {
    return [...this.#shares.values()].filter((share) => !this.#isOver(share));
  }

  #isOver({ stored: { expiresAt } }: LiveShare): boolean {
    return expiresAt !== undefined && expiresAt <= this.#now();
  }

  #add(stored: StoredShare): LiveShare {
    const { id, cameraId, seed } = stored;
    const token = makeToken(this.#key, { kind: 'view', cameraId, seed });
    const share = { stored, grant: new TokenGrant(cameraId, 'view', token, this.#now) };
    this.#shares.set(id, share);
    this.#byHash.set(hashOfToken(token), share);
    return share;
  }

  #forget(shares: readonly LiveShare[]): void {
    // All at first: a disconnected client may reconnect at once.
    for (const { stored, grant } of shares) {
      this.#shares.delete(stored.id);
      this.#byHash.delete(hashOfToken(grant.token));
    }
    for (const { grant } of shares) grant.end();
  }
}

function describe({ stored: { id, createdAt, expiresAt }, grant }: LiveShare): Share {
  const watching = grant.watching();
  return {
    ...{ id, view_token: grant.token, created_at: createdAt, expires_at: expiresAt ?? null },
    watching: watching.length,
    watchers: watching.slice(0, MAX_WATCHERS_SHOWN).map(({ address, since, connections }) => ({
      ...{ since, connections },
      address_family: address.includes(':') ? 'ipv6' : 'ipv4',
    })),
  };
}
