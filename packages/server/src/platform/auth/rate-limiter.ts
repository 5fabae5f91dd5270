export interface RateLimiterOptions {
  /** What a peer may take at once. */
  burst: number;
  /** What a peer may take lastingly. */
  perSecond: number;
  /** Peers remembered; when more come, the one that took something longest ago is forgotten. */
  maxPeers?: number;
  /** ms; must not go back. */
  now?: () => number;
}

/** A token bucket for each peer: a key, or an address. */
export class RateLimiter {
  readonly #burst: number;
  readonly #perMs: number;
  readonly #maxPeers: number;
  readonly #now: () => number;
  /** In the order of the last take. */
  readonly #peers = new Map<string, { tokens: number; atMs: number }>();

  constructor({ burst, perSecond, maxPeers = 10_000, now = () => performance.now() }: RateLimiterOptions) {
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
    this.#maxPeers = maxPeers;
    this.#now = now;
  }

  /** Takes one for `peer`, where there is one left. @returns whole seconds until there is one, at least 1; 0: it was taken. */
  take(peer: string): number {
    const tokens = this.#tokens(peer);
    if (tokens < 1) return this.#waitS(tokens);
    this.#peers.delete(peer);
    this.#peers.set(peer, { tokens: tokens - 1, atMs: this.#now() });
    if (this.#peers.size > this.#maxPeers) this.#peers.delete(this.#peers.keys().next().value!);
    return 0;
  }

  /** Seconds until `take` would give one, without taking it. */
  waitS(peer: string): number {
    return this.#waitS(this.#tokens(peer));
  }

  #tokens(peer: string): number {
    const bucket = this.#peers.get(peer);
    if (!bucket) return this.#burst;
    return Math.min(this.#burst, bucket.tokens + (this.#now() - bucket.atMs) * this.#perMs);
  }

  #waitS(tokens: number): number {
    return tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / this.#perMs / 1000));
  }
}
