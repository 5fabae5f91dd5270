import { randomBytes } from 'node:crypto';
import { type CameraTokens as CameraTokenPair, LookoutError } from '@lookout/protocol';
import type { LinkRepository } from '../storage/index.js';
import { hashOfToken, makeToken } from './camera-token.js';
import { TokenGrant, type TokenKind } from './token-grant.js';

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

const SEED_BYTES = 32;

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
      if (token === undefined || !this.#byHash.has(hashOfToken(token))) continue;
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
    return this.#byHash.get(hashOfToken(token));
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

  /** Takes over the seed that is stored now, by whichever node. @throws LookoutError `storage_failed` */
  async reload(cameraId: string): Promise<void> {
    const entry = this.#cameras.get(cameraId);
    if (!entry) return;
    const seed = await this.#options.store.seed(cameraId, randomBytes(SEED_BYTES));
    const before = entry.grants.map(({ token }) => token).join();
    const tokens = entry.kinds.map(
      (kind) => entry.given[`${kind}_token`] ?? makeToken(this.#options.key, { kind, cameraId, seed }),
    );
    if (tokens.join() === before) return;
    this.#end(entry);
    this.#grant(cameraId, entry, seed);
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
      const token = entry.given[`${kind}_token`] ?? makeToken(this.#options.key, { kind, cameraId, seed });
      const grant = new TokenGrant(cameraId, kind, token);
      this.#byHash.set(hashOfToken(token), grant);
      return grant;
    });
  }

  #end({ grants }: CameraEntry): void {
    // Remove all tokens from the index first: a disconnected client may reconnect at once.
    for (const { token } of grants) this.#byHash.delete(hashOfToken(token));
    for (const grant of grants) grant.end();
  }
}
