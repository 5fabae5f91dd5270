import { createHash, createHmac, randomBytes } from 'node:crypto';
import { type CameraTokens as CameraTokenPair, LookoutError } from '@lookout/protocol';
import type { LinkStore } from '../storage/camera-store.js';

export type TokenKind = 'publish' | 'view';

/** Tokens given in `lookout.yaml`; what is left out is made. */
export type GivenTokens = Readonly<CameraTokenPair>;

export interface CameraTokensOptions {
  readonly store: Pick<LinkStore, 'seed' | 'put' | 'remove'>;
  /** 32 random bytes that do not lie in the database. */
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

/** What has the form of a token: nothing else can be one. */
export function looksLikeToken(text: string): boolean {
  return /^l[pv]_/.test(text);
}

/** A token that is good at present, and those who came in with it. */
export class TokenGrant {
  readonly #holders = new Set<() => void>();
  #ended = false;

  constructor(
    readonly cameraId: string,
    readonly kind: TokenKind,
    readonly token: string,
  ) {}

  /** Calls `end` once when the token is taken back (at once, where it was already). @returns ends that, idempotent. */
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
 * The links of all cameras. A token is HMAC-SHA256(key, kind, camera, seed): the seed is random and lies in the database, the
 * key in a file beside it. So the page can show a link again at any time, a leaked database alone gives none away, and a new
 * seed ends the old links. Looked up by hash: the time it takes tells nothing of how near a guess was.
 */
export class CameraTokens {
  readonly #options: CameraTokensOptions;
  readonly #cameras = new Map<string, CameraEntry>();
  readonly #byHash = new Map<string, TokenGrant>();

  constructor(options: CameraTokensOptions) {
    this.#options = options;
  }

  /**
   * A camera is there from now on. Its tokens are those it had before, or new ones.
   * @throws LookoutError `config_invalid` when a given token belongs to another camera.
   */
  add(cameraId: string, kinds: readonly TokenKind[], given: GivenTokens = {}): void {
    const entry: CameraEntry = { kinds, given, grants: [] };
    for (const token of [given.publish_token, given.view_token]) {
      if (token === undefined || !this.#byHash.has(hashOf(token))) continue;
      throw new LookoutError('config_invalid', `The camera "${cameraId}" has a token that another camera has too`);
    }
    this.#cameras.set(cameraId, entry);
    this.#grant(cameraId, entry);
  }

  /** The tokens of a camera, for those who may manage it; none for a camera that is not there. */
  of(cameraId: string): CameraTokenPair {
    const grants = this.#cameras.get(cameraId)?.grants ?? [];
    return Object.fromEntries(grants.map(({ kind, token }) => [`${kind}_token`, token]));
  }

  find(token: string): TokenGrant | undefined {
    return this.#byHash.get(hashOf(token));
  }

  /**
   * New tokens; whoever came in with the old ones is sent away at once.
   * @throws LookoutError `not_found`, or `forbidden` where the tokens are given by the settings.
   */
  renew(cameraId: string): CameraTokenPair {
    const entry = this.#cameras.get(cameraId);
    if (!entry) throw new LookoutError('not_found', 'There is no such camera');
    if (entry.given.publish_token !== undefined || entry.given.view_token !== undefined) {
      throw new LookoutError('forbidden', `The tokens of "${cameraId}" come from lookout.yaml and change only there`);
    }
    this.#options.store.put(cameraId, randomBytes(SEED_BYTES));
    this.#end(entry);
    this.#grant(cameraId, entry);
    return this.of(cameraId);
  }

  /** The camera is gone for good, and its links with it. */
  remove(cameraId: string): void {
    const entry = this.#cameras.get(cameraId);
    if (!entry) return;
    this.#cameras.delete(cameraId);
    this.#options.store.remove(cameraId);
    this.#end(entry);
  }

  #grant(cameraId: string, entry: CameraEntry): void {
    entry.grants = entry.kinds.map((kind) => {
      const token = entry.given[`${kind}_token`] ?? this.#make(cameraId, kind);
      const grant = new TokenGrant(cameraId, kind, token);
      this.#byHash.set(hashOf(token), grant);
      return grant;
    });
  }

  #end({ grants }: CameraEntry): void {
    // All of them out of the index first: whoever is sent away may try to come back at once.
    for (const { token } of grants) this.#byHash.delete(hashOf(token));
    for (const grant of grants) grant.end();
  }

  #make(cameraId: string, kind: TokenKind): string {
    const { store, key } = this.#options;
    let seed = store.seed(cameraId);
    if (!seed) {
      seed = randomBytes(SEED_BYTES);
      store.put(cameraId, seed);
    }
    // No camera id holds a zero, so no two inputs are the same bytes.
    const mac = createHmac('sha256', key).update(`${kind}\0${cameraId}\0`).update(seed).digest();
    return PREFIX[kind] + mac.subarray(0, TOKEN_BYTES).toString('base64url');
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
