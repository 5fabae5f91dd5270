export type TokenKind = 'publish' | 'view';

/** Who holds a connection: everything of one browser or program at one address counts as one. */
export interface Watcher {
  /** Tells watchers apart. */
  readonly peer: string;
  readonly address: string;
}

/** A watcher with its connections. */
export interface Watching {
  readonly address: string;
  /** When the oldest of them began, Unix epoch ms. */
  readonly since: number;
  readonly connections: number;
}

interface Held {
  readonly by: Watcher | undefined;
  readonly since: number;
}

/** A connection that is over sooner was a question, and nobody who watches. */
const WATCHES_FROM_MS = 1000;

/** A valid token and the connections it admitted. */
export class TokenGrant {
  readonly #held = new Map<() => void, Held>();
  #ended = false;

  constructor(
    readonly cameraId: string,
    readonly kind: TokenKind,
    readonly token: string,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Calls `end` once when the token is revoked, immediately if it already was.
   * @returns an idempotent function that cancels this
   */
  hold(end: () => void, by?: Watcher): () => void {
    if (this.#ended) end();
    else this.#held.set(end, { by, since: this.now() });
    return () => this.#held.delete(end);
  }

  get holders(): number {
    return this.#held.size;
  }

  /** Who watches now, those who have watched longest first. */
  watching(): Watching[] {
    const found = new Map<string, Watching>();
    const from = this.now() - WATCHES_FROM_MS;
    for (const { by, since } of this.#held.values()) {
      if (!by || since > from) continue;
      const known = found.get(by.peer);
      const connections = (known?.connections ?? 0) + 1;
      found.set(by.peer, { address: by.address, since: Math.min(since, known?.since ?? since), connections });
    }
    return [...found.values()].sort((a, b) => a.since - b.since);
  }

  end(): void {
    this.#ended = true;
    const ends = [...this.#held.keys()];
    this.#held.clear();
    for (const end of ends) end();
  }
}
