import { type Heirs, type LeaseRepository, MAX_KEPT_TTLS } from '../storage/index.js';
import type { NodeId } from './placement.js';
import { ToldHeirs } from './told-heirs.js';

export interface LeaseKeeperOptions {
  store: Pick<LeaseRepository, 'claim' | 'takeOver' | 'renew' | 'release'>;
  /** Id of this node. */
  node: string;
  /** How long a lease lasts after it was extended, ms. */
  ttlMs: number;
  /** Nodes that are asked before a camera is kept without the database, sorted. */
  heirs(): readonly NodeId[];
  /**
   * A lease ended without this node's doing: whoever writes for the camera stops at once. `taken`: another node has it or its row was removed;
   * `silence`: the database did not answer in time.
   */
  onLost(camera: string, why: 'taken' | 'silence'): void;
  /** The database failed or did not answer in time; extended leases tell when it is back. */
  onFault(error: unknown): void;
  /** Monotonic, ms. */
  now(): number;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

interface HeldLease {
  readonly epoch: number;
  /** From then on it counts as lost, by the clock of this node, ms. */
  deadlineMs: number;
  /** When the database was asked for the last extension that it has made, ms. */
  extendedMs: number;
  /** What the database was told of heirs with it. */
  heirsVersion: number;
}

/**
 * Part of its time for which a node relies on a lease, from before the database was asked to extend it. The database counts from later on, so
 * whatever the answer's way took, the node has let go before another may take the camera.
 */
export const RELIED_ON = 0.8;
/** Parts of the time of a lease after which it is extended; extended again after a failure; and within which an answer is to come. */
const RENEWALS = 3;
const RETRIES = 12;
const ANSWERS = 4;

/** The leases of this node: takes them, extends them in time, and lets go of them by itself when the database can't be reached. */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #held = new Map<string, HeldLease>();
  /** With the version of the heirs that the database was told. */
  readonly #taking = new Map<string, number>();
  readonly #heirs = new ToldHeirs();
  #takesNothingUntilMs = Number.NEGATIVE_INFINITY;
  #cancelRenewal: (() => void) | undefined;
  #cancelDeadline: (() => void) | undefined;
  #isRunning = false;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
  }

  /** Extends leases from now on. */
  start(): void {
    this.#isRunning = true;
    this.#renewLater(this.#options.ttlMs / RENEWALS);
  }

  /** Extends no leases any more; `release` ends them. */
  stop(): void {
    this.#isRunning = false;
    this.#cancelRenewal?.();
    this.#cancelDeadline?.();
  }

  get held(): readonly string[] {
    return this.leases.map(({ camera }) => camera);
  }

  get leases(): readonly { camera: string; epoch: number }[] {
    this.#dropExpired();
    return [...this.#held].map(([camera, { epoch }]) => ({ camera, epoch }));
  }

  /** Nodes that may take cameras of this one when its leases end. */
  heirs(): ReadonlySet<NodeId> {
    const versions = [...[...this.#held.values()].map(({ heirsVersion }) => heirsVersion), ...this.#taking.values()];
    if (versions.length > 0) this.#heirs.forgetBefore(Math.min(...versions));
    return this.#heirs.all();
  }

  /** Keeps all leases until then, ms, even if they end: no node takes these cameras meanwhile. A lease is kept only for so long. */
  keepUntil(untilMs: number): void {
    this.#dropExpired();
    for (const lease of this.#held.values()) {
      const limitMs = lease.extendedMs + MAX_KEPT_TTLS * this.#options.ttlMs;
      lease.deadlineMs = Math.max(lease.deadlineMs, Math.min(untilMs, limitMs));
    }
    this.#watchDeadlines();
  }

  /** Takes no camera for so long, nor counts on one that is on its way. */
  takeNothingFor(ms: number): void {
    this.#takesNothingUntilMs = Math.max(this.#takesNothingUntilMs, this.#options.now() + ms);
  }

  /**
   * The epoch of a camera's lease if this node may write for it now. Asked before each write: where the process was stopped for a while, this
   * runs before any timer.
   */
  epochOf(camera: string): number | undefined {
    const lease = this.#held.get(camera);
    if (!lease) return undefined;
    if (this.#options.now() < lease.deadlineMs) return lease.epoch;
    this.#lose(camera, 'silence');
    return undefined;
  }

  /** Takes a camera that is free. @returns whether this node has it now */
  claim(camera: string): Promise<boolean> {
    const { store, node, ttlMs } = this.#options;
    return this.#take(camera, (heirs) => store.claim(camera, node, ttlMs, heirs));
  }

  /** Takes a camera that its owner hands over to this node. @returns whether this node has it now */
  takeOver(camera: string): Promise<boolean> {
    const { store, node, ttlMs } = this.#options;
    return this.#take(camera, (heirs) => store.takeOver(camera, node, ttlMs, heirs));
  }

  /** The database says that this lease is another's. */
  refused(camera: string, epoch: number): void {
    if (this.#held.get(camera)?.epoch === epoch) this.#lose(camera, 'taken');
  }

  /** Ends leases. Whoever writes for the cameras has stopped before. */
  async release(cameras: readonly string[]): Promise<void> {
    const { store, node } = this.#options;
    const ended = cameras.flatMap((camera) => {
      const lease = this.#held.get(camera);
      return lease ? [{ camera, epoch: lease.epoch }] : [];
    });
    for (const { camera } of ended) this.#held.delete(camera);
    if (ended.length > 0) await store.release(node, ended);
  }

  /** Extends all leases. @returns whether the database has answered in time; never rejects */
  async renew(): Promise<boolean> {
    const { store, node, ttlMs, now, later, onFault } = this.#options;
    const asked = this.leases;
    const askedMs = now();
    if (asked.length === 0) return true;
    const heirs = this.#heirs.next(this.#options.heirs());
    let cancel: (() => void) | undefined;
    const late = new Promise<boolean>((resolve) => {
      cancel = later(() => resolve(false), ttlMs / ANSWERS);
    });
    // A late answer is as true as one in time.
    const answered = store.renew(node, asked, ttlMs, heirs).then(
      (kept) => {
        this.#renewed(asked, new Set(kept), { askedMs, heirsVersion: heirs.version });
        return true;
      },
      (error: unknown) => {
        onFault(error);
        return false;
      },
    );
    return Promise.race([answered, late]).finally(() => cancel?.());
  }

  #renewed(
    asked: readonly { camera: string; epoch: number }[],
    kept: ReadonlySet<string>,
    { askedMs, heirsVersion }: { askedMs: number; heirsVersion: number },
  ): void {
    for (const { camera, epoch } of asked) {
      const lease = this.#held.get(camera);
      if (lease?.epoch !== epoch) continue;
      if (!kept.has(camera)) {
        this.#lose(camera, 'taken');
        continue;
      }
      lease.deadlineMs = Math.max(lease.deadlineMs, askedMs + this.#reliedOnMs);
      lease.extendedMs = Math.max(lease.extendedMs, askedMs);
      lease.heirsVersion = Math.max(lease.heirsVersion, heirsVersion);
    }
    this.#dropExpired();
  }

  get #reliedOnMs(): number {
    return RELIED_ON * this.#options.ttlMs;
  }

  async #take(camera: string, ask: (heirs: Heirs) => Promise<number | undefined>): Promise<boolean> {
    const { store, node, now } = this.#options;
    if (now() < this.#takesNothingUntilMs) return false;
    if (this.#taking.has(camera) || this.epochOf(camera) !== undefined) return false;
    const heirs = this.#heirs.next(this.#options.heirs());
    this.#taking.set(camera, heirs.version);
    try {
      const extendedMs = now();
      const deadlineMs = extendedMs + this.#reliedOnMs;
      const epoch = await ask(heirs);
      if (epoch === undefined) return false;
      if (now() >= deadlineMs || now() < this.#takesNothingUntilMs) {
        await store.release(node, [{ camera, epoch }]);
        return false;
      }
      this.#held.set(camera, { epoch, deadlineMs, extendedMs, heirsVersion: heirs.version });
      this.#watchDeadlines();
      return true;
    } finally {
      this.#taking.delete(camera);
    }
  }

  #renewLater(delayMs: number): void {
    const { ttlMs, later } = this.#options;
    this.#cancelRenewal?.();
    this.#cancelRenewal = later(() => {
      void this.renew().then((isDone) => {
        if (this.#isRunning) this.#renewLater(ttlMs / (isDone ? RENEWALS : RETRIES));
      });
    }, delayMs);
  }

  #dropExpired(): void {
    for (const camera of this.#held.keys()) this.epochOf(camera);
    this.#watchDeadlines();
  }

  /** Leases end in time even if nothing is asked about them. */
  #watchDeadlines(): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = undefined;
    if (this.#held.size === 0) return;
    const { later, now } = this.#options;
    const firstMs = Math.min(...[...this.#held.values()].map(({ deadlineMs }) => deadlineMs));
    this.#cancelDeadline = later(() => this.#dropExpired(), Math.max(1, firstMs - now()));
  }

  #lose(camera: string, why: 'taken' | 'silence'): void {
    this.#held.delete(camera);
    this.#options.onLost(camera, why);
  }
}
