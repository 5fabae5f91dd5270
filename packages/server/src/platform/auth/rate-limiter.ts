export interface RateLimiterOptions {
  /** Maximum burst per peer. */
  burst: number;
  /** Sustained rate per peer. */
  perSecond: number;
  /** Peers to remember; the least recently used is dropped when there are more. */
  maxPeers?: number;
  /** Servers that allow a part each, of the rate and of the burst; read with every request. Default: this one alone. */
  nodes?: () => number;
  /** ms, monotonic. */
  now?: () => number;
}

/** With any number of nodes, somebody may still mistype twice. */
const MIN_SHARED_BURST = 3;

/** A token bucket per peer: a key or an address. */
export class RateLimiter {
  readonly #burst: number;
  readonly #perMs: number;
  readonly #maxPeers: number;
  readonly #nodes: () => number;
  readonly #now: () => number;
  /** Least recently used first. */
  readonly #peers = new Map<string, { tokens: number; atMs: number }>();

  constructor(options: RateLimiterOptions) {
    const { burst, perSecond, maxPeers = 10_000, nodes = () => 1, now = () => performance.now() } = options;
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
    this.#maxPeers = maxPeers;
    this.#nodes = nodes;
    this.#now = now;
  }

  /** Takes a token of `peer` if one is left. @returns 0 if it was taken, else whole seconds until the next one, at least 1 */
  take(peer: string): number {
    const tokens = this.#tokens(peer);
    if (tokens < 1) return this.#waitS(tokens);
    this.#peers.delete(peer);
    this.#peers.set(peer, { tokens: tokens - 1, atMs: this.#now() });
    if (this.#peers.size > this.#maxPeers) this.#peers.delete(this.#peers.keys().next().value!);
    return 0;
  }

  /** Whole seconds until `take` would succeed, without taking a token. */
  waitS(peer: string): number {
    return this.#waitS(this.#tokens(peer));
  }

  #tokens(peer: string): number {
    const bucket = this.#peers.get(peer);
    const burst = Math.max(Math.min(this.#burst, MIN_SHARED_BURST), this.#burst / this.#nodes());
    if (!bucket) return burst;
    return Math.min(burst, bucket.tokens + ((this.#now() - bucket.atMs) * this.#perMs) / this.#nodes());
  }

  #waitS(tokens: number): number {
    if (tokens >= 1) return 0;
    return Math.max(1, Math.ceil(((1 - tokens) * this.#nodes()) / this.#perMs / 1000));
  }
}
