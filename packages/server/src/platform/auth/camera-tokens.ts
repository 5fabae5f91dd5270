import { createHash, createHmac, randomBytes } from 'node:crypto';
import { type CameraTokens as CameraTokenPair, LookoutError } from '@lookout/protocol';
import type { LinkRepository } from '../storage/index.js';

export type TokenKind = 'publish' | 'view';

/** Tokens from `lookout.yaml`; missing ones are generated. */
export type GivenTokens = Readonly<CameraTokenPair>;

export interface CameraTokensOptions {
  readonly store: LinkRepository;
  /** 32 random bytes stored outside the database. */
  readonly key: Uint8Array;
}

interface CameraEntry {
  readonly kinds: readonly TokenKind[];
  readonly given: GivenTokens;
  grants: TokenGrant[];
}

const PREFIX = { publish: 'lp_', view: 'lv_' } as const;
/** 192 bits, 32 characters. */
const TOKEN_BYTES = 24;
const SEED_BYTES = 32;

/** Whether a text has the form of a token. */
export function looksLikeToken(text: string): boolean {
  return /^l[pv]_/.test(text);
}

/** A valid token and the connections it admitted. */
export class TokenGrant {
  readonly #holders = new Set<() => void>();
  #ended = false;

  constructor(
    readonly cameraId: string,
    readonly kind: TokenKind,
    readonly token: string,
  ) {}

  /**
   * Calls `end` once when the token is revoked, immediately if it already was. @returns an idempotent function that cancels this
   */
  hold(end: () => void): () => void {
    if (this.#ended) end();
    else this.#holders.add(end);
    return () => this.#holders.delete(end);
  }

  get holders(): number {
    return this.#holders.size;
  }

  end(): void {
    this.#ended = true;
    const holders = [...this.#holders];
    this.#holders.clear();
    for (const holder of holders) holder();
  }
}

/**
 * The links of all cameras. A token is HMAC-SHA256(key, kind, camera, seed): the random seed is stored in the database, the key
 * in a file beside it. So the page can show a link at any time, a leaked database alone reveals no token, and a new seed revokes
 * the old links. Tokens are looked up by hash, so timing reveals nothing about a guess.
 */
export class CameraTokens {
  readonly #options: CameraTokensOptions;
  readonly #cameras = new Map<string, CameraEntry>();
  readonly #byHash = new Map<string, TokenGrant>();

  constructor(options: CameraTokensOptions) {
    this.#options = options;
  }

  /**
   * Registers a camera, with its existing tokens or new ones.
   * @throws LookoutError `config_invalid` if a given token belongs to another camera; `storage_failed`
   */
  async add(cameraId: string, kinds: readonly TokenKind[], given: GivenTokens = {}): Promise<void> {
    for (const token of [given.publish_token, given.view_token]) {
      if (token === undefined || !this.#byHash.has(hashOf(token))) continue;
      throw new LookoutError('config_invalid', `Camera "${cameraId}" has the same token as another camera`);
    }
    const seed = await this.#options.store.seed(cameraId, randomBytes(SEED_BYTES));
    const entry: CameraEntry = { kinds, given, grants: [] };
    this.#cameras.set(cameraId, entry);
    this.#grant(cameraId, entry, seed);
  }

  /** The tokens of a camera, for those who may manage it; empty for an unknown camera. */
  of(cameraId: string): CameraTokenPair {
    const grants = this.#cameras.get(cameraId)?.grants ?? [];
    return Object.fromEntries(grants.map(({ kind, token }) => [`${kind}_token`, token]));
  }

  find(token: string): TokenGrant | undefined {
    return this.#byHash.get(hashOf(token));
  }

  /**
   * Issues new tokens and disconnects all clients of the old ones.
   * @throws LookoutError `not_found`, or `forbidden` if the settings define the tokens
   */
  async renew(cameraId: string): Promise<CameraTokenPair> {
    const entry = this.#cameras.get(cameraId);
    if (!entry) throw new LookoutError('not_found', 'There is no such camera');
    if (entry.given.publish_token !== undefined || entry.given.view_token !== undefined) {
      throw new LookoutError(
        'forbidden',
        `The tokens of camera "${cameraId}" are set in lookout.yaml and can only be changed there`,
      );
    }
    const seed = randomBytes(SEED_BYTES);
    await this.#options.store.put(cameraId, seed);
    this.#end(entry);
    this.#grant(cameraId, entry, seed);
    return this.of(cameraId);
  }

  /** Ends the links of a camera that was removed from the storage. */
  remove(cameraId: string): void {
    const entry = this.#cameras.get(cameraId);
    if (!entry) return;
    this.#cameras.delete(cameraId);
    this.#end(entry);
  }

  #grant(cameraId: string, entry: CameraEntry, seed: Uint8Array): void {
    entry.grants = entry.kinds.map((kind) => {
      const token = entry.given[`${kind}_token`] ?? this.#make(cameraId, kind, seed);
      const grant = new TokenGrant(cameraId, kind, token);
      this.#byHash.set(hashOf(token), grant);
      return grant;
    });
  }

  #end({ grants }: CameraEntry): void {
    // Remove all tokens from the index first: a disconnected client may reconnect at once.
    for (const { token } of grants) this.#byHash.delete(hashOf(token));
    for (const grant of grants) grant.end();
  }

  #make(cameraId: string, kind: TokenKind, seed: Uint8Array): string {
    // Camera ids contain no NUL, so different inputs never give the same bytes.
    const mac = createHmac('sha256', this.#options.key).update(`${kind}\0${cameraId}\0`).update(seed).digest();
    return PREFIX[kind] + mac.subarray(0, TOKEN_BYTES).toString('base64url');
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
