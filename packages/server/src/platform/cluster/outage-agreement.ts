import type { Lease } from '../storage/index.js';
import { type LeaseKeeper, RELIED_ON } from './lease-keeper.js';
import type { NodeId } from './placement.js';

/** What a node answers another that has lost the database. */
export interface OutageAnswer {
  /** It has lost the database too, and takes no camera for the duration of a lease from now on. */
  readonly isLost: boolean;
  /** The leases that it counts on. */
  readonly held: readonly Pick<Lease, 'camera' | 'epoch'>[];
}

export interface OutageAgreementOptions {
  readonly keeper: Pick<LeaseKeeper, 'heirs' | 'leases' | 'epochOf' | 'keepUntil' | 'takeNothingFor' | 'refused'>;
  readonly ttlMs: number;
  /** Whether the database does not answer this node. */
  isLost(): boolean;
  /** The other nodes that were up when the database last answered. */
  peers(): readonly NodeId[];
  /** Asks another node. @throws Error if it can't be reached or does not answer within `timeoutMs` */
  ask(node: NodeId, timeoutMs: number): Promise<OutageAnswer>;
  /** The nodes agree, or go on to: see `isAgreed`. */
  onAgreed?(): void;
  /** Cameras of another node are now known to be there, or not to be. */
  onHeard(cameras: readonly string[]): void;
  /** Monotonic, ms. */
  now(): number;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

/** Parts of the time of a lease after which nodes are asked again, and within which they are to answer. */
const ASKS = 12;
const ANSWERS = 6;

interface Heard {
  /** Until when it takes no camera, by the clock of this node, ms. */
  promisedMs: number;
  /** When its last answer came, ms. */
  atMs: number;
  isLost: boolean;
  /** Epochs by camera. */
  held: ReadonlyMap<string, number>;
}

/**
 * Lets nodes keep their cameras while the database is away for all of them. A node that has lost it asks all that could take its cameras when
 * its leases end. Each answers whether it has lost the database too; if so, it promises to take nothing for a while. With a promise of every
 * one of them, nobody can take a camera of this node, and it keeps them until the first promise ends. A promise counts from before it was asked
 * for, so it ends here before it ends there.
 */
export class OutageAgreement {
  readonly #options: OutageAgreementOptions;
  readonly #heard = new Map<NodeId, Heard>();
  readonly #asking = new Set<NodeId>();
  #cancel: (() => void) | undefined;
  #agreedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: OutageAgreementOptions) {
    this.#options = options;
  }

  /** Whether this node has lost the database, and knows that no other node has or takes its cameras. */
  get isAgreed(): boolean {
    return this.#options.isLost() && this.#options.now() < this.#agreedUntilMs;
  }

  /** The database is lost: asks all nodes, again and again. Idempotent. */
  begin(): void {
    if (!this.#cancel) this.#round();
  }

  /** The database is back, or this node stops. Idempotent. */
  end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    // The next time, others may have become heirs.
    this.#agreedUntilMs = Number.NEGATIVE_INFINITY;
  }

  /** Another node asks. The promise is made before the answer leaves. */
  answer(): OutageAnswer {
    const { keeper, ttlMs, isLost } = this.#options;
    const { leases } = keeper;
    const lost = isLost();
    if (lost) keeper.takeNothingFor(ttlMs);
    return { isLost: lost, held: leases };
  }

  /** Whether a node has answered lately that it has this lease. */
  has(node: NodeId, { camera, epoch }: Pick<Lease, 'camera' | 'epoch'>): boolean {
    return this.isNear(node) && this.#heard.get(node)?.held.get(camera) === epoch;
  }

  /** Whether a node has answered lately. */
  isNear(node: NodeId): boolean {
    const { now, ttlMs } = this.#options;
    return now() - (this.#heard.get(node)?.atMs ?? Number.NEGATIVE_INFINITY) < ttlMs;
  }

  #round(): void {
    const { keeper, ttlMs, peers, later } = this.#options;
    this.#cancel = later(() => this.#round(), ttlMs / ASKS);
    for (const node of new Set([...keeper.heirs(), ...peers()])) void this.#ask(node);
    this.#keep();
  }

  async #ask(node: NodeId): Promise<void> {
    const { ask, ttlMs, now } = this.#options;
    if (this.#asking.has(node)) return;
    this.#asking.add(node);
    const askedMs = now();
    try {
      this.#told(node, await ask(node, ttlMs / ANSWERS), askedMs);
    } catch {
      // Whoever does not answer promises nothing; the link says why.
    } finally {
      this.#asking.delete(node);
    }
  }

  #told(node: NodeId, { isLost, held }: OutageAnswer, askedMs: number): void {
    const { keeper, ttlMs, now, onHeard } = this.#options;
    const before = this.#heard.get(node)?.held ?? new Map<string, number>();
    const epochs = new Map(held.map(({ camera, epoch }) => [camera, epoch]));
    const promisedMs = isLost ? askedMs + RELIED_ON * ttlMs : Number.NEGATIVE_INFINITY;
    this.#heard.set(node, { promisedMs, atMs: now(), isLost, held: epochs });
    // It was handed over, and the answer of the database was lost.
    for (const { camera, epoch } of keeper.leases) {
      if ((epochs.get(camera) ?? 0) > epoch) keeper.refused(camera, epoch);
    }
    this.#keep();
    const changed = [...new Set([...before.keys(), ...epochs.keys()])];
    onHeard(changed.filter((camera) => before.get(camera) !== epochs.get(camera)));
  }

  #keep(): void {
    const { keeper, ttlMs, isLost, now } = this.#options;
    if (!isLost()) return;
    const promises = [...keeper.heirs()].map((node) => this.#heard.get(node)?.promisedMs ?? Number.NEGATIVE_INFINITY);
    // Nodes that nobody knows can take nothing before a lease is given up.
    const untilMs = Math.min(now() + RELIED_ON * ttlMs, ...promises);
    if (untilMs <= now()) return;
    this.#agreedUntilMs = untilMs;
    keeper.keepUntil(untilMs);
    this.#options.onAgreed?.();
  }
}
