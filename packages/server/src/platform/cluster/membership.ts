import { LookoutError } from '@lookout/protocol';
import type { ClusterStorage, Lease, NodeReport, StoredNode } from '../storage/index.js';
import type { CameraRunner, PlacedCamera } from './camera-runner.js';
import { shareOut } from './fair-share.js';
import { HandOvers } from './hand-overs.js';
import { LeaseKeeper } from './lease-keeper.js';
import { OutageAgreement, type OutageAnswer } from './outage-agreement.js';
import type { NodeId, PeerNode, Placement } from './placement.js';

export interface MembershipOptions {
  readonly storage: Pick<ClusterStorage, 'leases' | 'nodes' | 'changes'>;
  /** What this node says of itself. */
  self(): NodeReport;
  readonly cameras: CameraRunner;
  readonly ttlMs: number;
  /** Asks another node that has perhaps lost the database too; see `OutageAgreement`. */
  ask(node: PeerNode, timeoutMs: number): Promise<OutageAnswer>;
  /** See `OutageAgreement`. */
  onAgreed?(): void;
  /** A camera was lost without this node's doing. */
  onLost?(why: 'taken' | 'silence'): void;
  readonly log: {
    info(details: object, message: string): void;
    warn(details: object, message: string): void;
  };
  /** Monotonic, ms. */
  now(): number;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

/** What the database said last. */
interface View {
  readonly nodes: readonly StoredNode[];
  readonly leases: ReadonlyMap<string, Lease>;
  readonly atMs: number;
}

/** A node counts as away before its leases end, so that nobody waits for it once they have. */
const REPORTED_FOR = 2 / 3;
const LOOKS_PER_TTL = 3;
const RETRIES_PER_TTL = 12;
/** After something was told, others often follow, ms. */
const GATHER_MS = 20;
/** Cameras are claimed side by side. */
const CLAIMS_AT_ONCE = 8;
/** How long another process by the name of this node may still count as alive after it ended. */
const STALE_TTLS = 1.5;
/** A node that dies and is started again every few seconds never gets this old, so cameras don't move to it and back. */
const NEW_TTLS = 2;

/**
 * This node as one of several: it says that it is alive, looks at what the others do, and takes and gives away cameras so that each is read by
 * one of them.
 */
export class Membership implements Placement {
  readonly keeper: LeaseKeeper;
  readonly agreement: OutageAgreement;
  readonly #options: MembershipOptions;
  readonly #handOvers: HandOvers;
  readonly #listeners = new Set<(camera: string) => void>();
  readonly #silenceListeners = new Set<(isSilent: boolean) => void>();
  #view: View = { nodes: [], leases: new Map(), atMs: 0 };
  #looking: Promise<void> | undefined;
  #isAskedAgain = false;
  #cancelLook: (() => void) | undefined;
  #unlisten: (() => void) | undefined;
  #faultSinceMs: number | undefined;
  #isClosed = false;
  /** Before, a process by the name of this one may have promised to take nothing; ms. */
  readonly #takesAfterMs: number;

  private constructor(options: MembershipOptions, isKnown: boolean) {
    const { storage, cameras, ttlMs, ask, onAgreed, log, now, later } = options;
    this.#options = options;
    this.#takesAfterMs = isKnown ? now() + ttlMs : now();
    this.keeper = new LeaseKeeper({
      store: storage.leases,
      node: this.here,
      ttlMs,
      heirs: () => this.peers().map(({ id }) => id),
      onLost: (camera, why) => this.#lost(camera, why),
      onFault: (error) => this.#fault(error),
      now,
      later,
    });
    this.agreement = new OutageAgreement({
      keeper: this.keeper,
      ttlMs,
      isLost: () => this.#faultSinceMs !== undefined,
      peers: () => this.peers().map(({ id }) => id),
      ask: async (id, timeoutMs) => {
        const node = this.#view.nodes.find((one) => one.id === id);
        if (!node) throw new LookoutError('unavailable', `There is no node ${id} any more`);
        return ask(node, timeoutMs);
      },
      ...(onAgreed && { onAgreed }),
      onHeard: (heard) => {
        for (const camera of heard) this.#tell(camera);
      },
      now,
      later,
    });
    this.#handOvers = new HandOvers({
      here: this.here,
      leases: storage.leases,
      keeper: this.keeper,
      cameras,
      log,
      now,
      later,
      onDone: () => this.lookSoon(),
    });
  }

  /**
   * Makes this process a node, once no other is alive by its name.
   * @throws LookoutError `conflict` if another is; `storage_failed`
   */
  static async join(options: MembershipOptions): Promise<Membership> {
    const { storage, ttlMs, now, later } = options;
    const self = options.self();
    const deadlineMs = now() + STALE_TTLS * ttlMs;
    const isKnown = (await storage.nodes.list()).some(({ id }) => id === self.id);
    while (!(await storage.nodes.report(self, REPORTED_FOR * ttlMs))) {
      if (now() >= deadlineMs) {
        const other = (await storage.nodes.list()).find(({ id }) => id === self.id);
        throw new LookoutError('conflict', `Another node is running as ${self.id}, at ${other?.url ?? 'an address'}`, {
          hint: 'Give each node a name of its own with --node-name.',
        });
      }
      await new Promise<void>((resolve) => later(resolve, ttlMs / RETRIES_PER_TTL));
    }
    return new Membership(options, isKnown);
  }

  get here(): NodeId {
    return this.#options.self().id;
  }

  /** Takes cameras from now on. */
  async start(): Promise<void> {
    this.keeper.start();
    this.#unlisten = this.#options.storage.changes.listen((notice) => {
      // Whoever knows early that the database is away can agree with the others in time.
      if (notice.type === 'back' || notice.type === 'lost') this.lookSoon();
      else if (notice.type === 'changed' && ['leases', 'nodes', 'cameras'].includes(notice.table)) this.lookSoon();
    });
    await this.#look();
  }

  /** For how long the database has not answered, ms; undefined: it does. */
  get silenceMs(): number | undefined {
    return this.#faultSinceMs === undefined ? undefined : this.#options.now() - this.#faultSinceMs;
  }

  /** @param listener called when the database does not answer any more, and when it does again */
  onSilence(listener: (isSilent: boolean) => void): void {
    this.#silenceListeners.add(listener);
  }

  nodes(): readonly StoredNode[] {
    return this.#view.nodes;
  }

  /** Ids of the cameras that each node has, as far as this one knows. */
  camerasOf(node: NodeId): string[] {
    if (node === this.here) return [...this.keeper.held].sort();
    return [...this.#view.leases.values()].filter((lease) => this.#holder(lease) === node).map(({ camera }) => camera);
  }

  /** Cameras that are being handed over, with the node that is to have them. */
  arriving(): { camera: string; successor: NodeId }[] {
    const leases = [...this.#view.leases.values()].filter((lease) => this.#holder(lease) !== undefined);
    return leases.flatMap(({ camera, successor }) => (successor === undefined ? [] : [{ camera, successor }]));
  }

  ownerOf(camera: string): PeerNode | 'here' | undefined {
    if (this.keeper.epochOf(camera) !== undefined) return 'here';
    const lease = this.#view.leases.get(camera);
    const holder = lease && this.#holder(lease);
    return holder === undefined || holder === this.here ? undefined : this.peers().find(({ id }) => id === holder);
  }

  peers(): readonly PeerNode[] {
    return this.#view.nodes.filter((node) => this.#isUp(node) && node.id !== this.here);
  }

  onMoved(listener: (cameraId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Moves all cameras of a node to others, or lets it take some again. @throws LookoutError `not_found` */
  async setDraining(id: NodeId, isDraining: boolean): Promise<void> {
    await this.#options.storage.nodes.setDraining(id, isDraining);
    await this.#look();
  }

  /** Something has changed that decides on who has which camera. */
  lookSoon(): void {
    this.#lookLater(GATHER_MS);
  }

  /** Stops reading all cameras and gives them back. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unlisten?.();
    this.#cancelLook?.();
    this.keeper.stop();
    this.agreement.end();
    await this.#looking;
    const { cameras, storage, self } = this.#options;
    const { held } = this.keeper;
    await Promise.all(held.map((camera) => cameras.stop(camera)));
    try {
      await this.keeper.release(held);
      await storage.nodes.report(self(), 0);
    } catch (error) {
      this.#fault(error);
    }
  }

  #holder(lease: Lease): NodeId | undefined {
    const { node, leftMs } = lease;
    const passedMs = this.#options.now() - this.#view.atMs;
    return node !== '' && (leftMs > passedMs || this.agreement.has(node, lease)) ? node : undefined;
  }

  /** Also a node that the database has not heard of since it was away itself. */
  #isUp({ id, isAlive }: StoredNode): boolean {
    return isAlive || this.agreement.isNear(id);
  }

  #lookLater(delayMs: number): void {
    if (this.#isClosed) return;
    this.#cancelLook?.();
    this.#cancelLook = this.#options.later(() => void this.#look(), delayMs);
  }

  /** One at a time; what is asked for meanwhile follows. Never rejects. */
  async #look(): Promise<void> {
    if (this.#looking) {
      this.#isAskedAgain = true;
      return this.#looking;
    }
    this.#cancelLook?.();
    this.#looking = this.#lookAndAct();
    await this.#looking;
    this.#looking = undefined;
    const { ttlMs } = this.#options;
    if (this.#isAskedAgain) this.lookSoon();
    else if (this.#faultSinceMs !== undefined) this.#lookLater(ttlMs / RETRIES_PER_TTL);
    else this.#lookLater(Math.min(ttlMs / LOOKS_PER_TTL, this.#nextEndMs() + GATHER_MS));
    this.#isAskedAgain = false;
  }

  /** Until the lease of a camera ends whose node does not extend it, ms. */
  #nextEndMs(): number {
    const left = [...this.#view.leases.values()].map(({ leftMs }) => leftMs).filter((leftMs) => leftMs > 0);
    return Math.min(...left);
  }

  async #lookAndAct(): Promise<void> {
    const { storage, self, ttlMs, now, log } = this.#options;
    try {
      const isReported = await storage.nodes.report(self(), REPORTED_FOR * ttlMs);
      if (!isReported) log.warn({ node: this.here }, 'another node runs by the name of this one: give it another');
      const atMs = now();
      const [nodes, leases] = await Promise.all([storage.nodes.list(), storage.leases.list()]);
      this.#see({ nodes, leases: new Map(leases.map((lease) => [lease.camera, lease])), atMs });
      if (this.#faultSinceMs !== undefined) {
        log.info({ node: this.here }, 'the database of the cluster is back');
        this.#faultSinceMs = undefined;
        this.agreement.end();
        await this.keeper.renew();
        for (const listener of this.#silenceListeners) listener(false);
      }
      if (isReported && !this.#isClosed) await this.#act();
    } catch (error) {
      this.#fault(error);
    }
  }

  #see(view: View): void {
    const before = this.#view;
    const peersBefore = this.#peerIds();
    this.#view = view;
    // A node may take cameras of this one only once the database knows that this one knows it.
    if (this.#peerIds() !== peersBefore) void this.keeper.renew();
    for (const { camera, epoch } of view.leases.values()) {
      const mine = this.keeper.epochOf(camera);
      if (mine !== undefined && epoch > mine) this.keeper.refused(camera, mine);
    }
    for (const camera of new Set([...before.leases.keys(), ...view.leases.keys()])) {
      if (before.leases.get(camera)?.epoch !== view.leases.get(camera)?.epoch) this.#tell(camera);
      else if (before.leases.get(camera)?.node !== view.leases.get(camera)?.node) this.#tell(camera);
    }
  }

  async #act(): Promise<void> {
    const { cameras, now } = this.#options;
    const all = cameras.all();
    const target = this.#targets(all.filter(({ isLocal }) => !isLocal));
    const known = new Map(all.map((camera) => [camera.id, camera]));
    const gone = this.keeper.held.filter((camera) => !known.has(camera));
    if (gone.length > 0) await this.keeper.release(gone);
    const free = all.filter(({ id, isLocal }) => {
      const lease = this.#view.leases.get(id);
      const isFree = !lease || this.#holder(lease) === undefined;
      const mayTake = now() >= this.#takesAfterMs || !lease || lease.node === '' || lease.node === this.here;
      return isFree && mayTake && this.keeper.epochOf(id) === undefined && (isLocal || target.get(id) === this.here);
    });
    for (let i = 0; i < free.length; i += CLAIMS_AT_ONCE) {
      await Promise.all(free.slice(i, i + CLAIMS_AT_ONCE).map(({ id }) => this.#claim(id)));
    }
    const draining = new Set(this.#view.nodes.filter(({ isDraining }) => isDraining).map(({ id }) => id));
    const alive = new Set(this.#view.nodes.filter((node) => this.#isUp(node)).map(({ id }) => id));
    for (const lease of this.#view.leases.values()) {
      const camera = known.get(lease.camera);
      if (!camera || this.#holder(lease) === undefined) continue;
      if (lease.successor === this.here && lease.node !== this.here) {
        if (now() < this.#takesAfterMs) continue;
        this.#handOvers.take(lease, draining.has(lease.node));
      } else if (lease.node === this.here && this.keeper.epochOf(lease.camera) === lease.epoch && !camera.isLocal) {
        const to = target.get(lease.camera) ?? this.here;
        await this.#handOvers.give(lease, camera, { to, isHurried: draining.has(this.here), alive });
      }
    }
  }

  #targets(shared: readonly PlacedCamera[]): Map<string, NodeId> {
    const alive = this.#view.nodes.filter((node) => this.#isUp(node));
    const newMs = NEW_TTLS * this.#options.ttlMs;
    const nodes = alive.map(({ id, cores, labels, isDraining, upMs }) => ({
      ...{ id, weight: cores, labels, isDraining },
      isNew: upMs < newMs,
    }));
    const placed = shared.map(({ id, needs }) => {
      const lease = this.#view.leases.get(id);
      const owner = lease && (lease.successor ?? this.#holder(lease));
      // A node that has given it back has no say.
      const heirs = lease && lease.node !== '' ? lease.heirs && [...lease.heirs, lease.node] : undefined;
      return { id, needs, owner, heirs };
    });
    return shareOut(nodes, placed);
  }

  async #claim(camera: string): Promise<void> {
    if (!(await this.keeper.claim(camera))) return;
    this.#options.cameras.acquired(camera);
    this.#options.cameras.run(camera);
    this.#tell(camera);
  }

  #lost(camera: string, why: 'taken' | 'silence'): void {
    const { cameras, log, onLost } = this.#options;
    onLost?.(why);
    const message = why === 'taken' ? 'another node has the camera' : 'the database is away: the camera is let go';
    log.info({ camera, node: this.here }, message);
    this.#handOvers.gone(camera);
    void cameras.stop(camera);
    this.#tell(camera);
    this.lookSoon();
  }

  #peerIds(): string {
    return this.peers()
      .map(({ id }) => id)
      .join();
  }

  #tell(camera: string): void {
    for (const listener of this.#listeners) listener(camera);
  }

  #fault(error: unknown): void {
    if (this.#faultSinceMs === undefined) {
      this.#faultSinceMs = this.#options.now();
      this.#options.log.warn({ err: error, node: this.here }, 'the database of the cluster does not answer');
      for (const listener of this.#silenceListeners) listener(true);
    }
    if (!this.#isClosed) this.agreement.begin();
  }
}
